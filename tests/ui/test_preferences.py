import pytest
from django.test import Client
from pytest_django import Settings


def test_a_language_is_remembered_and_leads_back(client: Client, settings: Settings) -> None:
    response = client.post("/ui/language", {"language": "zh-hans", "next": "/answer/?q=1"})
    assert (response.status_code, response.headers["Location"]) == (303, "/answer/?q=1")
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "zh-hans"
    assert '<html lang="zh-Hans"' in client.get("/answer/").content.decode()


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_theme_is_drawn_by_the_server(client: Client, theme: str) -> None:
    response = client.post("/ui/theme", {"theme": theme, "next": "/answer/"})
    assert response.cookies["theme"]["httponly"]
    assert f'data-bs-theme="{theme}"' in client.get("/answer/").content.decode()


def test_without_a_choice_the_system_decides(client: Client) -> None:
    assert 'data-bs-theme="auto"' in client.get("/answer/").content.decode()


def test_a_cookie_with_nonsense_is_no_choice(client: Client) -> None:
    client.cookies["theme"] = '"><script>'
    assert 'data-bs-theme="auto"' in client.get("/answer/").content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/x",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "",
    ],
)
@pytest.mark.parametrize(
    ("address", "choice"), [("/ui/theme", {"theme": "dark"}), ("/ui/language", {"language": "en"})]
)
def test_a_switch_never_leads_to_another_site(
    client: Client, address: str, choice: dict[str, str], elsewhere: str
) -> None:
    assert client.post(address, {**choice, "next": elsewhere}).headers["Location"] == "/"


@pytest.mark.parametrize("choice", [{"theme": "pink"}, {}])
def test_an_unknown_choice_is_refused(client: Client, choice: dict[str, str]) -> None:
    assert client.post("/ui/theme", choice).status_code == 400
    assert client.post("/ui/language", {"language": "tlh"}).status_code == 400


@pytest.mark.parametrize("address", ["/ui/theme", "/ui/language"])
def test_reading_changes_nothing(client: Client, address: str) -> None:
    assert client.get(address).status_code == 405
