"""Fixtures every test may ask for; what they hand out is in `world`."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

import world
from plainspoken.organization.models import Firm


@pytest.fixture
def firm(db: None) -> Firm:
    """The small firm of firm.toml."""
    return world.firm()


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Real hashing takes a third of a second on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield
