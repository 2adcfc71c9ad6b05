"""What any test may ask for. What a test does with the firm is in `world`, imported once Django is set up."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

if TYPE_CHECKING:
    from plainspoken.channels.models import Mailbox
    from plainspoken.organization.models import Firm


@pytest.fixture
def firm(db: None) -> "Firm":
    """The small firm of firm.toml."""
    import world

    return world.firm()


@pytest.fixture
def mailbox(db: None) -> "Mailbox":
    """The small firm with its mailbox, ready to take in mail."""
    import mailroom

    return mailroom.opened()


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Real hashing takes a third of a second on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield
