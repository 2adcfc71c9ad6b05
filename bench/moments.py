"""When the cases of the measured firm came in: more of them lately, on working days, in the hours people write."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = 600
GROWTH = 1.4
WEEKEND_SHARE_MOVED = 0.7
HOURS = (7, 8, 9, 9, 9, 10, 10, 10, 11, 12, 13, 14, 14, 15, 15, 16, 17, 19, 20, 21, 22)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def received(count: int, now: datetime, chance: random.Random) -> list[datetime]:
    """The moments of `count` cases, the earliest first."""
    return sorted(_some(count, now, chance))


def _some(count: int, now: datetime, chance: random.Random) -> Iterator[datetime]:
    for _ in range(count):
        at = (now - timedelta(days=DAYS * chance.random() ** GROWTH)).astimezone(SHANGHAI)
        if at.weekday() >= 5 and chance.random() < WEEKEND_SHARE_MOVED:
            at -= timedelta(days=chance.randint(2, 4))
        moment = at.replace(hour=chance.choice(HOURS), minute=chance.randrange(60)).astimezone(UTC)
        yield min(moment, now - timedelta(seconds=chance.randrange(1, 3600)))
