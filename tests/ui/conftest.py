import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture(autouse=True)
def pages(settings: Settings) -> None:
    """The database is shut in these tests, so that no session holds what the next page says."""
    settings.ROOT_URLCONF = "ui.pages"
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, headers={"accept-language": "en"})


@pytest.fixture
def htmx() -> Client:
    return Client(raise_request_exception=False, headers={"accept-language": "en", "hx-request": "true"})
