"""Moments and spans as the reader writes them: their language, the zone of their legal entity."""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plainspoken.kernel import clock

SOON = timedelta(hours=2)
DAYS_KNOWN = 4_096
CLOCK = " H:i"


def short(moment: datetime, zone: tzinfo | None = None) -> str:
    """The time today, day and time this year, the whole date otherwise."""
    local, now = timezone.localtime(moment, zone), timezone.localtime(clock.now(), zone)
    if local.date() == now.date():
        return local.strftime("%H:%M")
    if local.year == now.year:
        # Translators: Django date format of a moment this year, such as 3 Mar 14:05.
        return _written(local, _("j M H:i"))
    return long(moment, zone)


def long(moment: datetime, zone: tzinfo | None = None) -> str:
    # Translators: Django date format of any moment, such as 3 Mar 2026 14:05.
    return _written(timezone.localtime(moment, zone), _("j M Y H:i"))


def exact(moment: datetime, zone: tzinfo | None = None) -> str:
    """With seconds, weekday and zone, for the tooltip."""
    local = timezone.localtime(moment, zone)
    # Translators: Django date format with weekday, such as Tue 3 Mar 2026 14:05:09.
    words = _written(local, _("D j M Y H:i:s"))
    return f"{words} UTC{local.isoformat()[-6:]}"


def _written(local: datetime, style: str) -> str:
    """A date format that ends with the time: Django takes long over the day, and a list has few of them."""
    day, written, seconds = style.partition(CLOCK)
    if not written:
        return formats.date_format(local, style)
    time = local.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{_day(local.date(), day, get_language())} {time}"


@lru_cache(DAYS_KNOWN)
def _day(day: date, style: str, language: str | None) -> str:
    return formats.date_format(day, style)


def span(length: timedelta) -> str:
    """Days, hours or minutes, whichever says enough: `3 d`, `5 h`, `12 min`."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)d h") % {"n": minutes // 60}
    return _("%(n)d d") % {"n": minutes // (24 * 60)}


def since(moment: datetime) -> str:
    length = clock.now() - moment
    if abs(length) < timedelta(minutes=1):
        return _("just now")
    phrase = _("%(span)s ago") if length > timedelta() else _("in %(span)s")
    return phrase % {"span": span(length)}


def due(moment: datetime) -> tuple[str, str]:
    """How a promise stands: the words, and `late`, `soon` or `calm`."""
    left = moment - clock.now()
    if left < timedelta():
        return _("%(span)s overdue") % {"span": span(left)}, "late"
    return _("%(span)s left") % {"span": span(left)}, "soon" if left < SOON else "calm"
