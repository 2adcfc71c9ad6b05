from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from plainspoken.channels.models import Mailbox


@pytest.fixture
def mailbox(db: None) -> "Mailbox":
    """The small firm with its mailbox."""
    import mailroom

    return mailroom.opened()
