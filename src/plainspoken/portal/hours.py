"""The channels we are reached by, and when: from the register, the calendars and the targets (4.1.1, 4.1.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from plainspoken.channels.models import Mailbox
from plainspoken.kernel.errors import Text
from plainspoken.kernel.models import Deadline
from plainspoken.kernel.worktime import Window
from plainspoken.organization import calendars, queries, targets
from plainspoken.organization.models.names import in_reader_language

CHANNELS_MAX = 50
FIRST_REPLY = "cases.first_reply"


@dataclass(frozen=True, slots=True)
class Hours:
    """`days` such as Monday to Friday; `windows` such as 8:30–12:00."""

    days: str
    windows: list[str]


@dataclass(frozen=True, slots=True)
class Channel:
    """`promise`: how soon the first reply comes; None where the firm promises nothing."""

    name: str
    address: str
    hours: list[Hours]
    follows_holidays: bool
    promise: str | None


def channels() -> list[Channel]:
    """Every mailbox of the firm, in the reader's language."""
    rows = Mailbox.objects.select_related("unit").order_by("name_en", "id")[:CHANNELS_MAX]
    return [_channel(row) for row in rows]


def _channel(mailbox: Mailbox) -> Channel:
    name = in_reader_language(mailbox.name_zh, mailbox.name_en)
    try:
        calendar = queries.calendar_row(mailbox.unit)
    except queries.NoCalendar:
        return Channel(name, mailbox.address, [], False, _promise())
    week = calendars.week(calendar)
    return Channel(name, mailbox.address, list(_grouped(week)), bool(calendar.jurisdiction), _promise())


def _grouped(week: calendars.Week) -> Iterator[Hours]:
    """Days in a row with the same windows are told together."""
    first = 0
    for day in range(1, 8):
        if day == 7 or week[day] != week[first]:
            if week[first]:
                yield Hours(_days(first, day - 1), [_window(window) for window in week[first]])
            first = day


def _days(first: int, last: int) -> str:
    names: dict[int, Text] = dict(WEEKDAYS)
    if first == last:
        return str(names[first])
    return _("%(first)s to %(last)s") % {"first": names[first], "last": names[last]}


def _window(window: Window) -> str:
    opens, closes = window
    return f"{opens:%H:%M}–{closes:%H:%M}" if closes != time() else f"{opens:%H:%M}–24:00"


def _promise() -> str | None:
    try:
        target = targets.find(FIRST_REPLY, "email")
    except targets.NoTarget:
        return None
    if target.counted_in == Deadline.CountedIn.WORKING_MINUTES and target.amount % 60 == 0:
        return _("%(n)d working hours") % {"n": target.amount // 60}
    counted_in = Deadline.CountedIn(target.counted_in).label
    return f"{target.amount} {counted_in}"
