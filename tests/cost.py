"""What a page costs: how many statements it sends to the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

import world


def statements(username: str, address: str) -> int:
    """For a person's second look at a page, so that what a process remembers does not count."""
    browser = world.client(username)
    assert browser.get(address).status_code == 200
    with CaptureQueriesContext(connection) as sent:
        browser.get(address)
    return len(sent)
