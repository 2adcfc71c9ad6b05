"""Ids: UUIDv7 (RFC 9562 section 5.7), so that rows lie in the order of their birth."""

import secrets as randomness
from datetime import UTC, datetime, timedelta
from threading import Lock
from uuid import UUID

import uuid_utils

from plainspoken.kernel import clock

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RANDOM_BITS = 74
LOW_BITS = 62
STEP_BITS = 32

_lock = Lock()
_last = 0


def uuid7(at: datetime | None = None) -> UUID:
    """A new id born now, or at an aware moment from 1970 on.

    Those this process makes for the same millisecond rise; between processes, chance decides.
    """
    global _last
    moment = at or clock.now()
    microseconds = (moment - EPOCH) // timedelta(microseconds=1)
    ordered = _ordered(uuid_utils.uuid7(nanoseconds=microseconds * 1000).int)
    with _lock:
        if ordered <= _last and ordered >> RANDOM_BITS == _last >> RANDOM_BITS:
            ordered = _last + 1 + randomness.randbits(STEP_BITS)
        _last = ordered
    return _id(ordered)


def _ordered(number: int) -> int:
    """The 48 bits of time and 74 random bits of an id, without version and variant in between."""
    high, low = number >> 64, number & ((1 << LOW_BITS) - 1)
    return (high >> 16) << RANDOM_BITS | (high & 0xFFF) << LOW_BITS | low


def _id(ordered: int) -> UUID:
    time, middle = ordered >> RANDOM_BITS, ordered >> LOW_BITS & 0xFFF
    low = ordered & ((1 << LOW_BITS) - 1)
    return UUID(int=time << 80 | 7 << 76 | middle << 64 | 2 << LOW_BITS | low)


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID in its usual form."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
