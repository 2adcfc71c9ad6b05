import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture(autouse=True)
def pages(settings: Settings) -> None:
    settings.ROOT_URLCONF = "ui.pages"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, headers={"accept-language": "en"})


@pytest.fixture
def htmx() -> Client:
    return Client(raise_request_exception=False, headers={"accept-language": "en", "hx-request": "true"})
