import pytest
from django.test import Client


def test_alive_needs_no_database(client: Client) -> None:
    assert client.get("/healthz").content == b"alive\n"


@pytest.mark.django_db
def test_ready_with_a_database(client: Client) -> None:
    assert client.get("/readyz").content == b"ready\n"
