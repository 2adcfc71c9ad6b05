"""The only source of time. Aware UTC; a test, the demo firm or a simulation may move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_offset: ContextVar[timedelta] = ContextVar("clock_offset", default=timedelta())


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC) + _offset.get()


@contextmanager
def moved(to: datetime) -> Iterator[None]:
    """Inside the block the clock starts at `to` (aware) and goes on from there."""
    if to.tzinfo is None:
        raise ValueError("The clock can only be moved to an aware datetime.")
    token = _offset.set(to - datetime.now(UTC))
    try:
        yield
    finally:
        _offset.reset(token)
