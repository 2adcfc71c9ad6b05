"""Calendars in a firm file: hours by days of the week, and the years to load of those this release ships."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Any

from plainspoken.kernel.worktime import Window
from plainspoken.law import calendars as law
from plainspoken.organization import calendars, firmfile
from plainspoken.organization.actions import calendars as actions
from plainspoken.organization.calendars import Week
from plainspoken.organization.firmfile import File, Row
from plainspoken.organization.models import Calendar, CalendarYear, Firm

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True, kw_only=True)
class HoursRow(Row):
    """`days` such as `mon-fri` or `sat`; `windows` such as `09:00-12:00`, the last perhaps to 24:00."""

    days: str
    windows: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CalendarRow(Row):
    code: str
    name_zh: str
    name_en: str
    time_zone: str
    hours: tuple[HoursRow, ...]
    jurisdiction: str = ""
    years: tuple[int, ...] = ()


@firmfile.section(
    "calendars",
    CalendarRow,
    order=10,
    may=["organization.calendar.put", "organization.calendar.load_year"],
    declares=Calendar,
)
def own_calendars(rows: list[CalendarRow], file: File) -> None:
    for row in rows:
        with file.trying(row):
            calendar = _calendar(row, file)
            for number, year in enumerate(row.years):
                _year(calendar, year, row.at("years", number), file)


def _calendar(row: CalendarRow, file: File) -> Calendar:
    values: dict[str, Any] = {
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "time_zone": row.time_zone,
        "jurisdiction": row.jurisdiction,
    }
    week = _week(row, file)
    standing = Calendar.objects.filter(code=row.code).first()
    if standing and calendars.week(standing) == week and file.same(standing, values):
        return standing
    calendar = actions.put_calendar(Firm.objects.get(), by=file.by, code=row.code, week=week, **values)
    file.note(f"calendar {row.code}", made=standing is None)
    return calendar


def _year(calendar: Calendar, year: int, path: str, file: File) -> None:
    """A year once loaded is left as it stands: an administrator may have loaded a later notice."""
    if CalendarYear.objects.filter(calendar=calendar, year=year).exists():
        return
    try:
        holidays = law.source(calendar.jurisdiction).loaded[year]
    except (FileNotFoundError, KeyError):
        raise file.trouble(path, f"this release has no holidays of {year}; load the notice by hand") from None
    actions.load_year(calendar, by=file.by, holidays=holidays)
    file.note(f"calendar {calendar.code} {year}")


def _week(row: CalendarRow, file: File) -> Week:
    days: list[list[Window]] = [[] for _ in DAYS]
    for hours in row.hours:
        windows = [
            _window(text, hours.at("windows", number), file) for number, text in enumerate(hours.windows)
        ]
        for day in _days(hours, file):
            days[day] += windows
    return tuple(tuple(sorted(day)) for day in days)


def _days(hours: HoursRow, file: File) -> range:
    first, _, last = hours.days.partition("-")
    if first not in DAYS or (last or first) not in DAYS or DAYS.index(first) > DAYS.index(last or first):
        raise file.trouble(hours.at("days"), f'"{hours.days}" is no day: write mon-fri, or sat')
    return range(DAYS.index(first), DAYS.index(last or first) + 1)


def _window(text: str, path: str, file: File) -> Window:
    match = WINDOW.fullmatch(text)
    if match is None or (match[3] == "24" and match[4] != "00"):
        raise file.trouble(path, f'"{text}" is no window: write it as in 09:00-12:00')
    return time(int(match[1]), int(match[2])), time(int(match[3]) % 24, int(match[4]))
