"""The only source of time. Aware UTC; a test, the demo firm or a simulation may move it."""

import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SHIFT = struct.Struct("<q")
_shared: mmap.mmap | None = None
_offset: ContextVar[timedelta] = ContextVar("clock_offset", default=timedelta())


def now() -> datetime:
    """The present moment in UTC."""
    moment = datetime.now(UTC) + _offset.get()
    return moment + timedelta(microseconds=_SHIFT.unpack_from(_shared)[0]) if _shared is not None else moment


@contextmanager
def moved(to: datetime) -> Iterator[None]:
    """Inside the block the clock starts at `to` (aware) and goes on from there."""
    if to.tzinfo is None:
        raise ValueError("The clock can only be moved to an aware datetime.")
    token = _offset.set(_offset.get() + (to - now()))
    try:
        yield
    finally:
        _offset.reset(token)


def follow(file: Path) -> None:
    """From now on be as far from the clock of the machine as the file says, whatever it says later.

    For tests that move the clock of several processes at once (`config.environment.test_clock` refuses it elsewhere).
    """
    global _shared
    with file.open("rb") as stream:
        _shared = mmap.mmap(stream.fileno(), _SHIFT.size, access=mmap.ACCESS_READ)


def set_shared(file: Path, to: datetime) -> None:
    """Let all who follow the file have this moment (aware) now."""
    microseconds = (to - datetime.now(UTC)) // timedelta(microseconds=1)
    file.touch(mode=0o600)
    with file.open("r+b") as stream:
        stream.write(_SHIFT.pack(microseconds))
