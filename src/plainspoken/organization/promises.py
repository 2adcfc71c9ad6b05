"""What the screens of calendars and targets show."""

import calendar as almanac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import deadlines
from plainspoken.kernel.errors import Text
from plainspoken.kernel.models import Deadline
from plainspoken.kernel.worktime import Kind, WorkCalendar
from plainspoken.law.packs import Period
from plainspoken.organization import calendars, queries, targets
from plainspoken.organization.actions.targets import UNITS
from plainspoken.organization.calendar_forms import CHANNELS, JURISDICTIONS, WEEKDAYS, shipped_years, written
from plainspoken.organization.models import Calendar, CalendarYear, Target, Unit
from plainspoken.organization.models.names import in_reader_language

SHORT_WEEKDAYS: tuple[Text, ...] = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))


@dataclass(frozen=True, slots=True)
class Day:
    """`kind` by the calendar; `name` of the holiday it belongs to. No `day`: another month's place."""

    day: date | None
    kind: Kind | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: list[list[Day]]


@dataclass(frozen=True, slots=True)
class Year:
    """A loaded year with the notices it was taken from."""

    row: CalendarYear
    off: int
    made_up: int
    sources: list[str]


@dataclass(frozen=True, slots=True)
class CalendarRow:
    calendar: Calendar
    years: list[int]
    units: int
    provisional: int

    @property
    def holidays_of(self) -> Text:
        return JURISDICTIONS[self.calendar.jurisdiction] if self.calendar.jurisdiction else "–"


def provisional(code: str) -> QuerySet[Deadline]:
    """Running deadlines that were counted without a year, and will be counted anew when it is loaded."""
    return Deadline.objects.filter(calendar=code, provisional=True, state="running")


def calendar_rows() -> list[CalendarRow]:
    years: dict[Any, list[int]] = {}
    for key, year in CalendarYear.objects.order_by("year").values_list("calendar", "year"):
        years.setdefault(key, []).append(year)
    units = dict(Unit.objects.values_list("calendar").annotate(Count("pk")))
    open_ = Deadline.objects.filter(provisional=True, state="running").values_list("calendar")
    waiting = dict(open_.annotate(Count("pk")))
    return [
        CalendarRow(row, years.get(row.pk, []), units.get(row.pk, 0), waiting.get(row.code, 0))
        for row in Calendar.objects.order_by("code")
    ]


def hours(calendar: Calendar) -> list[tuple[Text, str]]:
    """Each day of the week with its windows."""
    return list(zip(WEEKDAYS.values(), map(written, calendars.week(calendar)), strict=True))


def loaded_years(calendar: Calendar) -> list[Year]:
    rows = CalendarYear.objects.filter(calendar=calendar).prefetch_related("days").order_by("-year")
    return [_year(row) for row in rows]


def _year(row: CalendarYear) -> Year:
    days = list(row.days.all())
    off = sum(day.kind == "off" for day in days)
    return Year(row, off, len(days) - off, sorted({day.source for day in days}))


def not_loaded(calendar: Calendar) -> list[int]:
    """Years this release ships and the calendar has not."""
    have = CalendarYear.objects.filter(calendar=calendar).values_list("year", flat=True)
    return sorted(set(shipped_years(calendar.jurisdiction)) - set(have))


def months(calendar: Calendar, year: int) -> list[Month]:
    """A year as it hangs on the wall."""
    counted = calendars.work_calendar(calendar)
    return [Month(date(year, month, 1), list(_weeks(counted, year, month))) for month in range(1, 13)]


def _weeks(counted: WorkCalendar, year: int, month: int) -> Iterator[list[Day]]:
    for week in almanac.Calendar().monthdatescalendar(year, month):
        yield [_day(counted, day) if day.month == month else Day(None) for day in week]


def _day(counted: WorkCalendar, day: date) -> Day:
    name = counted.holidays.get(day)
    return Day(day, counted.kind(day), in_reader_language(name.zh, name.en) if name else "")


@dataclass(frozen=True, slots=True)
class Promise:
    """A kind of deadline on a channel: `own` is the firm's target, `shipped` what holds without one."""

    kind: str
    channel: str
    label: Text
    channel_label: Text
    own: Target | None
    shipped: Target | None
    limit: Period | None

    @property
    def limit_unit(self) -> Text:
        assert self.limit
        return UNITS[self.limit.unit]


def promised() -> list[Promise]:
    """Every kind that has a target, for all channels and for each."""
    shipped, today = targets.shipped(), queries.today(queries.root())
    own = {(row.kind, row.channel): row for row in Target.objects.all()}
    kinds = sorted({*shipped, *(kind for kind, _channel in own)} & deadlines.kinds.keys())
    return [
        Promise(
            kind,
            channel,
            deadlines.kinds[kind].label,
            label,
            own.get((kind, channel)),
            shipped.get(kind) if not channel else None,
            targets.limit(kind, today),
        )
        for kind in kinds
        for channel, label in CHANNELS.items()
    ]
