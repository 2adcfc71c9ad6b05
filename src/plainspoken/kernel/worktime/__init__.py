"""Working minutes, working days and natural days: pure counting, each result with its derivation.

Nothing here reads a clock, a database or a rule. Times go in and come out as aware datetimes, out in UTC.
How days are counted, and which of it no rule confirms: docs/decisions/0002-counting-days.md.
"""

from plainspoken.kernel.worktime.calendar import HolidayName, Kind, NeverOpen, Window, WorkCalendar
from plainspoken.kernel.worktime.days import Pause, natural_days, working_days
from plainspoken.kernel.worktime.due import DERIVATION_DAYS_MAX, DerivationTooLong, Due, Step, Unit
from plainspoken.kernel.worktime.minutes import (
    add_minutes,
    in_hours,
    minutes_between,
    next_open,
    remaining_minutes,
)

__all__ = [
    "DERIVATION_DAYS_MAX",
    "DerivationTooLong",
    "Due",
    "HolidayName",
    "Kind",
    "NeverOpen",
    "Pause",
    "Step",
    "Unit",
    "Window",
    "WorkCalendar",
    "add_minutes",
    "in_hours",
    "minutes_between",
    "natural_days",
    "next_open",
    "remaining_minutes",
    "working_days",
]
