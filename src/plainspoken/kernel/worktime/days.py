"""Natural days and working days. The first day does not count; the last ends at 24:00 local time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from plainspoken.kernel.worktime.calendar import Kind, WorkCalendar
from plainspoken.kernel.worktime.due import Due, Step, Unit, days_from
from plainspoken.kernel.worktime.wallclock import end_of_day, utc


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch that a period does not run in. The days of its start and end do not count either.

    Raises ValueError when it ends before it starts.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if utc(self.end) < utc(self.start):
            raise ValueError(f"The pause ends at {self.end}, before its start at {self.start}.")

    def covers(self, day: date, zone: ZoneInfo) -> bool:
        return self.start.astimezone(zone).date() <= day <= self.end.astimezone(zone).date()


def natural_days(tz: str, start: datetime, days: int, pauses: Sequence[Pause] = ()) -> Due:
    """The end of the `days`-th natural day after that of `start`, on the wall clock of `tz`.

    Never moved for a holiday; 0 days end with the day of `start`. A pause that is still open has no end yet,
    so neither has the period: pass pauses that are over. Raises ValueError for a negative number,
    DerivationTooLong beyond DERIVATION_DAYS_MAX days.
    """
    zone = ZoneInfo(tz)
    steps = _count(zone, start, days, pauses, lambda day: Kind.COUNTED)
    return Due(end_of_day(steps[-1].day, zone), Unit.NATURAL_DAY, (), tuple(steps))


def working_days(calendar: WorkCalendar, start: datetime, days: int, pauses: Sequence[Pause] = ()) -> Due:
    """The end of the `days`-th day with a worked window after the local day of `start`.

    Limits and errors as for `natural_days`.
    """
    steps = _count(calendar.zone, start, days, pauses, calendar.kind)
    named = tuple(Step(s.day, s.kind, s.counted, s.remaining, calendar.holidays.get(s.day)) for s in steps)
    missing = calendar.missing(step.day for step in steps[1:])
    return Due(end_of_day(steps[-1].day, calendar.zone), Unit.WORKING_DAY, missing, named)


def _count(
    zone: ZoneInfo, start: datetime, days: int, pauses: Sequence[Pause], kind_of: Callable[[date], Kind]
) -> list[Step]:
    if days < 0:
        raise ValueError(f"Cannot count {days} days.")
    calendar_days = days_from(utc(start).astimezone(zone).date())
    steps = [Step(next(calendar_days), Kind.NOT_COUNTED, 0, days)]
    while days:
        day = next(calendar_days)
        kind = Kind.PAUSED if any(pause.covers(day, zone) for pause in pauses) else kind_of(day)
        counted = int(kind.counts)
        days -= counted
        steps.append(Step(day, kind, counted, days))
    return steps
