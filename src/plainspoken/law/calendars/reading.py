"""Reads the holidays of one year from CSV, as shipped or as loaded by an administrator.

What is not in a notice is a guess and is refused: a row without its source, a holiday left out, days off that
do not add up to what the law grants.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from plainspoken.kernel.worktime import HolidayName
from plainspoken.law.calendars.holidays import DayKind, HolidayDay, HolidayYear

COLUMNS = ("date", "kind", "holiday_zh", "holiday_en", "source")
ROWS_MAX = 120
TEXT_CHARACTERS_MAX = 64_000
NAMES_REQUIRED = {"CN": ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")}
DAYS_OFF = {"CN": 13}
"""Days a year granted to all, each moved to a weekday when it falls on a weekend (放假办法, 2024-11-10)."""

NOTICE = re.compile(r"https?://\S+\.\S+|〔20\d\d〕")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

PROBLEMS = {
    "text_too_long": "The file has more than %(max)s characters: load one year at a time.",
    "header": "Line 1 reads “%(found)s”. It must read: date,kind,holiday_zh,holiday_en,source",
    "too_many_rows": "The file has more than %(max)s rows: load one year at a time.",
    "columns": "Line %(line)s has %(found)s columns. Write five: date, kind, both names, source.",
    "date": "Line %(line)s: “%(found)s” is not a date. Write it as in %(year)s-01-01.",
    "year": "Line %(line)s: %(found)s is not in %(year)s. Load each year from its own file.",
    "repeated": "Line %(line)s: %(found)s stands in the file twice. Keep the row the notice names.",
    "kind": "Line %(line)s: “%(found)s” is no kind of day. Write off (a day off) or work (a make-up day).",
    "name": "Line %(line)s: the name of the holiday is missing. Write it in Chinese and in English.",
    "source": "Line %(line)s: “%(found)s” is no notice. Write the number or the web address of the notice.",
    "work_on_weekday": "Line %(line)s: %(found)s is an ordinary workday. Only weekends can be made up.",
    "holiday_left_out": "%(found)s has no day off. Add its days from the notice.",
    "days_off": "The weekdays off less the make-up workdays are %(found)s; the law grants %(max)s. "
    "Compare each row with the notice.",
}


@dataclass(frozen=True)
class Problem:
    """What is wrong, where (`line`, None for the file as a whole) and what to do. The code is for screens."""

    code: str
    line: int | None
    facts: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return PROBLEMS[self.code] % {"line": self.line, **self.facts}


class CalendarRefused(Exception):
    """The text is not the holidays of the year; `problems` names everything found, in order of lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def parse(text: str, expected_year: int, *, jurisdiction: str = "CN", extra_days: int = 0) -> HolidayYear:
    """The holidays of `expected_year` from CSV with the columns COLUMNS.

    `extra_days` are days off that a notice grants for this year alone, beyond the law.
    Raises CalendarRefused.
    """
    days: list[HolidayDay] = []
    problems: list[Problem] = []
    for line, row in _rows(text):
        problem = _problem(row, expected_year, {day.day for day in days})
        if problem is None:
            days.append(_day(row))
        else:
            code, found = problem
            problems.append(Problem(code, line, {"found": found, "year": expected_year}))
    problems = problems or list(_gaps(days, jurisdiction, extra_days))
    if problems:
        raise CalendarRefused(problems)
    return HolidayYear(expected_year, tuple(sorted(days, key=lambda day: day.day)))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header with their line numbers; empty lines are left out."""
    if len(text) > TEXT_CHARACTERS_MAX:
        raise CalendarRefused([Problem("text_too_long", None, {"max": TEXT_CHARACTERS_MAX})])
    lines = text.removeprefix("\ufeff").splitlines()
    header = lines[0] if lines else ""
    if tuple(cell.strip() for cell in header.split(",")) != COLUMNS:
        raise CalendarRefused([Problem("header", 1, {"found": header[:80]})])
    if len(lines) > ROWS_MAX + 1:
        raise CalendarRefused([Problem("too_many_rows", None, {"max": ROWS_MAX})])
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            yield number, [cell.strip() for cell in next(csv.reader([line]))]


def _problem(row: list[str], year: int, known: set[date]) -> tuple[str, object] | None:
    """The first thing wrong with a row, and what was found there."""
    if len(row) != len(COLUMNS):
        return "columns", len(row)
    written, kind, zh, en, source = row
    day = _date(written)
    if day is None:
        return "date", written[:80]
    if day.year != year:
        return "year", day
    wrong = {
        "repeated": (day in known, day),
        "kind": (kind not in set(DayKind), kind[:80]),
        "name": (not zh or not en, ""),
        "source": (not NOTICE.search(source), source[:80]),
        "work_on_weekday": (kind == DayKind.WORK and day.weekday() < 5, day),
    }
    return next(((code, found) for code, (is_wrong, found) in wrong.items() if is_wrong), None)


def _date(written: str) -> date | None:
    """The date, if it is written in full and exists."""
    try:
        return date.fromisoformat(written) if DAY.fullmatch(written) else None
    except ValueError:
        return None


def _day(row: list[str]) -> HolidayDay:
    written, kind, zh, en, source = row
    return HolidayDay(date.fromisoformat(written), DayKind(kind), HolidayName(zh, en), source)


def _gaps(days: list[HolidayDay], jurisdiction: str, extra_days: int) -> Iterator[Problem]:
    """What the law of the jurisdiction grants and the rows do not show."""
    off = [day for day in days if day.kind is DayKind.OFF]
    named = {name for day in off for name in day.name.zh.split("、")}
    for name in NAMES_REQUIRED.get(jurisdiction, ()):
        if name not in named:
            yield Problem("holiday_left_out", None, {"found": name})
    granted = DAYS_OFF.get(jurisdiction, 0) + extra_days
    weekdays_off = sum(day.day.weekday() < 5 for day in off) - (len(days) - len(off))
    if jurisdiction in DAYS_OFF and weekdays_off != granted:
        yield Problem("days_off", None, {"found": weekdays_off, "max": granted})
