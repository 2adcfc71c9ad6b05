"""What a command needs before it can work: the database, and Django set up on it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from plainspoken.config import embedded, environment


@contextmanager
def database() -> Iterator[None]:
    """Inside the block the database answers, that of DATABASE_URL or the embedded. Raises CannotStart."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with embedded.running(environment.home()):
        yield


@contextmanager
def opened() -> Iterator[None]:
    """Inside the block models can be used. Raises CannotStart."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plainspoken.config.settings")
    with database():
        import django

        django.setup()
        yield
