import pytest

import mailroom
from plainspoken.channels.models import Mailbox


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    """The small firm with its mailbox."""
    return mailroom.opened()
