"""From the wall clock of a place to the moment in UTC, also on days when the clock is changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a naive one."""
    if moment.utcoffset() is None:
        raise ValueError("A moment needs its time zone.")
    return moment.astimezone(UTC)


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which the wall clock in `zone` first shows `wall` on `day`.

    A time the clock leaps over stands for the moment of the leap.
    """
    local = datetime.combine(day, wall, tzinfo=zone)
    moment = local.astimezone(UTC)
    exists = moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
    return moment if exists else _leap(local.replace(fold=1).astimezone(UTC), moment, zone)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of `day` in `zone`, as 00:00 of the next, in UTC."""
    return instant(day + timedelta(days=1), time(0), zone)


def _leap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    offset = before.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)
