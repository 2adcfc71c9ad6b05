"""Public holidays and make-up days by jurisdiction and year, each row with the notice it comes from.

China: the yearly notices of the State Council's General Office. A year is loaded when its notice is out
(usually in November) and never computed: `cn.csv` holds those known at the release, `parse` reads one that
an administrator loads later. What a missing year means for a deadline: kernel/worktime.
"""

from functools import cache
from itertools import groupby
from pathlib import Path

from plainspoken.law.calendars.holidays import DayKind, HolidayDay, Holidays, HolidayYear, YearNotLoaded
from plainspoken.law.calendars.reading import PROBLEMS, CalendarRefused, Problem, parse

__all__ = [
    "PROBLEMS",
    "CalendarRefused",
    "DayKind",
    "HolidayDay",
    "HolidayYear",
    "Holidays",
    "Problem",
    "YearNotLoaded",
    "parse",
    "source",
]


@cache
def source(jurisdiction: str = "CN") -> Holidays:
    """The years this release ships. Raises FileNotFoundError for a jurisdiction without any."""
    path = Path(__file__).parent / f"{jurisdiction.lower()}.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    holidays = Holidays(jurisdiction, {})
    for year, lines in groupby(rows, key=lambda row: row[:4]):
        text = "\n".join([header, *lines])
        holidays = holidays.loading(parse(text, int(year), jurisdiction=jurisdiction))
    return holidays
