import pytest
from django.test import Client
from pytest_django import Settings

CASES = [
    ("permission", 403, "permission_denied"),
    ("state", 409, "wrong_state"),
    ("refused", 422, "extensions_used_up"),
    ("django", 403, "permission_denied"),
    ("missing", 404, "not_found"),
    ("unreadable", 400, "bad_request"),
    ("fault", 500, "error"),
]


@pytest.mark.parametrize(("error", "status", "code"), CASES)
def test_a_browser_gets_a_whole_page(client: Client, error: str, status: int, code: str) -> None:
    response = client.post(f"/fail/{error}/")
    page = response.content.decode()
    assert response.status_code == status
    assert "<html" in page
    assert f"<code>{code}</code>" in page


@pytest.mark.parametrize(("error", "status", "code"), CASES)
def test_htmx_gets_a_fragment_for_the_problem_region(
    htmx: Client, error: str, status: int, code: str
) -> None:
    response = htmx.post(f"/fail/{error}/")
    fragment = response.content.decode()
    assert response.status_code == status
    assert "<html" not in fragment
    assert 'role="alert"' in fragment
    assert f"<code>{code}</code>" in fragment
    assert response.headers["HX-Retarget"] == "#problem"
    assert response.headers["HX-Reswap"] == "innerHTML"


def test_a_refusal_says_why_and_by_which_rule(htmx: Client) -> None:
    fragment = htmx.post("/fail/refused/").content.decode()
    assert "No &lt;more&gt; time." in fragment
    assert "Rule 4.3.2d" in fragment


def test_an_address_that_does_not_exist_is_drawn(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "Not found" in response.content.decode()


def test_a_fault_tells_nothing_of_its_inside_and_needs_no_menu(client: Client) -> None:
    page = client.get("/fail/fault/").content.decode()
    assert "secret detail" not in page
    assert 'class="rail"' not in page


def test_a_fault_is_drawn_without_the_database(client: Client, settings: Settings) -> None:
    """The database is shut in this test: reading the session or its messages would fail."""
    client.cookies[settings.SESSION_COOKIE_NAME] = "k" * 32
    assert client.get("/fail/fault/").status_code == 500
    assert "Something broke on our side" in client.get("/fail/fault/").content.decode()


def test_a_fault_stays_loud_for_whoever_watches() -> None:
    with pytest.raises(ZeroDivisionError):
        Client().get("/fail/fault/")


def test_a_form_without_its_token_is_refused_plainly() -> None:
    response = Client(enforce_csrf_checks=True, headers={"accept-language": "en"}).post(
        "/ui/theme", {"theme": "dark"}
    )
    assert response.status_code == 403
    assert "This form has grown old" in response.content.decode()


def test_a_problem_speaks_chinese(client: Client) -> None:
    page = client.get("/fail/missing/", headers={"accept-language": "zh-CN"}).content.decode()
    assert '<html lang="zh-Hans"' in page
