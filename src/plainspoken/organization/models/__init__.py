from plainspoken.organization.models.calendars import (
    Calendar,
    CalendarDay,
    CalendarWindow,
    CalendarYear,
    Target,
)
from plainspoken.organization.models.firm import Firm, Unit
from plainspoken.organization.models.people import Absence, Appointment, Person, Post, Qualification, Role
from plainspoken.organization.models.sessions import RecoveryCode, SecondFactor, Session

__all__ = [
    "Absence",
    "Appointment",
    "Calendar",
    "CalendarDay",
    "CalendarWindow",
    "CalendarYear",
    "Firm",
    "Person",
    "Post",
    "Qualification",
    "RecoveryCode",
    "Role",
    "SecondFactor",
    "Session",
    "Target",
    "Unit",
]
