from django.test import Client


def test_a_browser_gets_the_page(client: Client) -> None:
    response = client.get("/answer/")
    assert response.status_code == 200
    assert "<html" in response.content.decode()
    assert "HX-Request" in response.headers["Vary"]


def test_htmx_gets_the_fragment(htmx: Client) -> None:
    body = htmx.get("/answer/").content.decode()
    assert "<html" not in body
    assert "Nothing here" in body


def test_htmx_gets_the_page_when_it_restores_history(htmx: Client) -> None:
    assert "<html" in htmx.get("/answer/", headers={"hx-history-restore-request": "true"}).content.decode()


def test_htmx_gets_the_page_for_a_boosted_link(htmx: Client) -> None:
    assert "<html" in htmx.get("/answer/", headers={"hx-boosted": "true"}).content.decode()


def test_waiting_messages_travel_with_a_fragment_once(htmx: Client) -> None:
    body = htmx.get("/change/").content.decode()
    assert 'hx-swap-oob="beforeend"' in body
    assert "Case 12 is due 3 March." in body
    assert "Case 12" not in htmx.get("/answer/").content.decode()


def test_an_invalid_form_is_422_with_its_errors(htmx: Client) -> None:
    response = htmx.post("/form/", {"channel": "mail"})
    assert response.status_code == 422
    assert "This field is required." in response.content.decode()


def test_after_a_change_the_browser_follows_with_get(client: Client) -> None:
    response = client.post("/change/?go=1")
    assert (response.status_code, response.headers["Location"]) == (303, "/answer/")


def test_after_a_change_htmx_loads_the_page(htmx: Client) -> None:
    response = htmx.post("/change/?go=1")
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/answer/")
