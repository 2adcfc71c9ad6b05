from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from plainspoken.channels.email.listener import Listener


@pytest.fixture
def listening(transactional_db: None) -> "Iterator[Listener]":
    """A listener for the small firm's mailbox, as the worker starts it."""
    import door
    import mailroom
    from plainspoken.channels.email import listener

    mailroom.opened()
    with door.started(listener.controller("127.0.0.1", 0)) as one:
        yield one
