"""Readers of mailboxes for tests, and mailboxes that are fetched from a peer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

import mailroom
import world
from imap_peer import PASSWORD, USER
from plainspoken.channels import actions
from plainspoken.channels.email.readers import Readers
from plainspoken.channels.models import Mailbox

VARIABLE = "PLAINSPOKEN_SECRET_MAILBOX_FETCHED"


def mailbox(port: int, address: str = mailroom.ADDRESS, **columns: Any) -> Mailbox:
    """A mailbox of the small firm, fetched from a server on this machine."""
    if not Mailbox.objects.exists():
        mailroom.opened()
    given = {
        "name_zh": "客服",
        "name_en": "Service",
        "imap_host": "localhost",
        "imap_port": port,
        "imap_security": "none",
        "imap_user": USER,
        "imap_secret": "fetched",
        "imap_since": date(2000, 1, 1),
    }
    unit = world.unit("customer-service")
    return actions.put_mailbox(unit, by=mailroom.OPENER, address=address, **{**given, **columns})


@contextmanager
def reading() -> Iterator[Readers]:
    """As the worker reads."""
    readers = Readers()
    readers.start()
    try:
        yield readers
    finally:
        readers.stop()


def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses for a test, and the password."""
    from plainspoken.channels.email import imap, reader, readers

    monkeypatch.setenv(VARIABLE, PASSWORD)
    monkeypatch.setattr(imap, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(imap, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(imap, "IDLE_SECONDS_MAX", 0.5)
    monkeypatch.setattr(imap, "ANSWER_SECONDS_MAX", 5)
    monkeypatch.setattr(reader, "PAUSE_SECONDS_MIN", 0.05)
    monkeypatch.setattr(reader, "PAUSE_SECONDS_MAX", 0.05)
    monkeypatch.setattr(reader, "REFUSED_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(reader, "LOCK_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(readers, "LOOK_SECONDS", 0.1)
