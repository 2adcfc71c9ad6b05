"""The business calendar: which stretches of which days are worked, in one time zone."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias
from zoneinfo import ZoneInfo

from plainspoken.kernel.worktime.wallclock import end_of_day, instant, utc

Window: TypeAlias = tuple[time, time]
"""From and to on the wall clock of one day; a `to` of 00:00 is the 24:00 that ends the day."""

Span: TypeAlias = tuple[datetime, datetime]
"""A worked stretch in UTC, its end excluded."""


TURN_OF_YEAR = (12, 28)


class Kind(StrEnum):
    """Why a local day counts or does not. Codes, for screens to translate."""

    WORKED = "worked"
    CHANGED_HOURS = "changed_hours"
    MAKE_UP = "make_up"
    PROVISIONAL = "provisional"
    HOLIDAY = "holiday"
    WEEKEND = "weekend"
    COUNTED = "counted"
    PAUSED = "paused"
    NOT_COUNTED = "not_counted"

    @property
    def counts(self) -> bool:
        return self not in {Kind.HOLIDAY, Kind.WEEKEND, Kind.PAUSED, Kind.NOT_COUNTED}


class NeverOpen(Exception):
    """No window is open for the rest of the year and the whole of the next."""


@dataclass(frozen=True, slots=True)
class HolidayName:
    zh: str
    en: str


@dataclass(frozen=True)
class WorkCalendar:
    """Worked windows by weekday, and the dates that differ.

    `weekly` has seven entries, Monday first, each the windows of that day in order. `exceptions` replaces the
    windows of single dates: none for a holiday, some for a make-up day. `years` are those whose holidays are
    loaded; None says that the calendar follows no published holidays, so that no year can be missing. An
    exception in a year that is not loaded (the firm's own closing day, say) still holds.

    Two calendars are equal when code and version are: a change of content needs a new version.
    Raises ValueError for windows out of order, ZoneInfoNotFoundError for an unknown zone.
    """

    code: str
    version: str
    tz: str = field(compare=False)
    weekly: tuple[tuple[Window, ...], ...] = field(compare=False)
    years: frozenset[int] | None = field(compare=False)
    exceptions: Mapping[date, tuple[Window, ...]] = field(compare=False, default_factory=dict)
    holidays: Mapping[date, HolidayName] = field(compare=False, default_factory=dict)
    _worked: dict[int, "WorkedYear"] = field(init=False, compare=False, repr=False, default_factory=dict)
    _spans: dict[date, tuple[Span, ...]] = field(init=False, compare=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        ZoneInfo(self.tz)
        if len(self.weekly) != 7 or not any(self.weekly):
            raise ValueError(f"{self.code}: the week needs seven days and a window in at least one.")
        for windows in (*self.weekly, *self.exceptions.values()):
            _check(self.code, windows)
        object.__setattr__(self, "exceptions", MappingProxyType(dict(self.exceptions)))
        object.__setattr__(self, "holidays", MappingProxyType(dict(self.holidays)))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    def local_day(self, moment: datetime) -> date:
        """The date on the wall clock at `moment`, which must be aware."""
        return utc(moment).astimezone(self.zone).date()

    def windows(self, day: date) -> tuple[Window, ...]:
        return self.exceptions.get(day, self.weekly[day.weekday()])

    def spans(self, day: date) -> tuple[Span, ...]:
        """The windows of `day` in UTC, looked up once; what a change of the clock swallows whole is left out."""
        if day not in self._spans:
            self._spans[day] = self._spans_of(day)
        return self._spans[day]

    def _spans_of(self, day: date) -> tuple[Span, ...]:
        zone = self.zone
        spans = ((instant(day, start, zone), _closing(day, end, zone)) for start, end in self.windows(day))
        return tuple((start, end) for start, end in spans if start < end)

    def kind(self, day: date) -> Kind:
        """What sort of day it is by this calendar."""
        usual = self.weekly[day.weekday()]
        if day in self.exceptions:
            return _kind_of_exception(self.exceptions[day], usual)
        if not usual:
            return Kind.WEEKEND
        return Kind.PROVISIONAL if self.missing([day]) else Kind.WORKED

    def knows(self, year: int) -> bool:
        return self.years is None or year in self.years

    def missing(self, days: Iterable[date]) -> tuple[int, ...]:
        """The years whose holidays `days` depend on and that are not loaded, in order."""
        return tuple(sorted({year for day in days for year in _announced_for(day) if not self.knows(year)}))

    def worked_year(self, year: int) -> "WorkedYear":
        """All worked stretches of a local year; built once for each calendar object."""
        if year not in self._worked:
            self._worked[year] = WorkedYear.of(self, year)
        return self._worked[year]


@dataclass(frozen=True, slots=True)
class WorkedYear:
    """The stretches of one local year in order, with the time worked in it before each."""

    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    before_each: tuple[timedelta, ...]
    total: timedelta

    @classmethod
    def of(cls, calendar: WorkCalendar, year: int) -> "WorkedYear":
        length = date(year, 12, 31).timetuple().tm_yday
        days = (date(year, 1, 1) + timedelta(days=offset) for offset in range(length))
        spans = [span for day in days for span in calendar.spans(day)]
        before, total = [], timedelta()
        for start, end in spans:
            before.append(total)
            total += end - start
        return cls(tuple(span[0] for span in spans), tuple(span[1] for span in spans), tuple(before), total)

    def before(self, moment: datetime) -> timedelta:
        """The time worked in this year up to `moment`."""
        latest = bisect_right(self.starts, moment) - 1
        if latest < 0:
            return timedelta()
        return self.before_each[latest] + min(moment, self.ends[latest]) - self.starts[latest]

    def opening(self, moment: datetime) -> datetime | None:
        """`moment` if it is worked, else the next opening of this year, if there is one."""
        latest = bisect_right(self.starts, moment) - 1
        if latest >= 0 and moment < self.ends[latest]:
            return moment
        return self.starts[latest + 1] if latest + 1 < len(self.starts) else None


def _announced_for(day: date) -> tuple[int, ...]:
    """The years whose notices may say something of the day: at the turn of the year the next one's too.

    A day off beside 1 January is made up for on the weekend before it: since 2004 the notices of China have
    moved days from 29 December on (2006, 2007, 2011 and 2018); the Sunday before a Thursday is the 28th.
    """
    return (day.year, day.year + 1) if (day.month, day.day) >= TURN_OF_YEAR else (day.year,)


def _kind_of_exception(windows: tuple[Window, ...], usual: tuple[Window, ...]) -> Kind:
    if not windows:
        return Kind.HOLIDAY
    if not usual:
        return Kind.MAKE_UP
    return Kind.WORKED if windows == usual else Kind.CHANGED_HOURS


def _closing(day: date, end: time, zone: ZoneInfo) -> datetime:
    return end_of_day(day, zone) if end == time(0) else instant(day, end, zone)


def _check(code: str, windows: tuple[Window, ...]) -> None:
    for start, end in windows:
        if end != time(0) and start >= end:
            raise ValueError(f"{code}: a window ends at {end}, not after its start at {start}.")
    for (_, end), (start, _) in pairwise(windows):
        if end == time(0) or start < end:
            raise ValueError(f"{code}: the window from {start} begins before the one to {end} is over.")
