"""From the rows of a calendar to the calendar that is counted by."""

import hashlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from plainspoken.kernel.worktime import HolidayName, Window, WorkCalendar
from plainspoken.law.calendars import DayKind, HolidayDay, Holidays, HolidayYear
from plainspoken.organization.models import Calendar, CalendarDay, CalendarWindow, CalendarYear

CALENDARS_KEPT = 64
Week: TypeAlias = tuple[tuple[Window, ...], ...]
_kept: dict[tuple[UUID, str], WorkCalendar] = {}


@dataclass(frozen=True, slots=True)
class Content:
    """All that a calendar counts by; its digest is the calendar's version."""

    jurisdiction: str
    time_zone: str
    week: Week
    years: tuple[HolidayYear, ...]

    @property
    def version(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()

    def work_calendar(self, code: str) -> WorkCalendar:
        """Raises ValueError for windows that overlap or a week without any."""
        if not self.jurisdiction:
            return WorkCalendar(code, self.version, self.time_zone, self.week, None)
        loaded = MappingProxyType({year.year: year for year in self.years})
        return Holidays(self.jurisdiction, loaded).work_calendar(
            code=code, version=self.version, tz=self.time_zone, weekly=self.week
        )


def work_calendar(calendar: Calendar) -> WorkCalendar:
    """The calendar to count by. Built once for each version in this process."""
    return _kept.get((calendar.pk, calendar.version)) or _build(calendar)


def content(calendar: Calendar) -> Content:
    """What the rows of the calendar say now."""
    return Content(calendar.jurisdiction, calendar.time_zone, week(calendar), _years(calendar.pk))


def week(calendar: Calendar) -> Week:
    """Seven days, Monday first, each with its windows in order."""
    days: list[list[Window]] = [[] for _ in range(7)]
    for window in CalendarWindow.objects.filter(calendar=calendar).order_by("weekday", "opens"):
        days[window.weekday].append((window.opens, window.closes))
    return tuple(map(tuple, days))


def _build(calendar: Calendar) -> WorkCalendar:
    built = content(calendar).work_calendar(calendar.code)
    if len(_kept) >= CALENDARS_KEPT:
        _kept.clear()
    _kept[calendar.pk, built.version] = built
    return built


def _years(calendar: UUID) -> tuple[HolidayYear, ...]:
    loaded = CalendarYear.objects.filter(calendar=calendar).order_by("year")
    days: dict[UUID, list[HolidayDay]] = {year.pk: [] for year in loaded}
    for row in CalendarDay.objects.filter(year__in=days).order_by("day"):
        name = HolidayName(row.name_zh, row.name_en)
        days[row.year_id].append(HolidayDay(row.day, DayKind(row.kind), name, row.source))
    return tuple(HolidayYear(year.year, tuple(days[year.pk])) for year in loaded)
