"""Working minutes on a business calendar. Time is counted exactly and told in whole minutes."""

from datetime import datetime, timedelta

from plainspoken.kernel.worktime.calendar import Kind, NeverOpen, Span, WorkCalendar
from plainspoken.kernel.worktime.due import Due, Step, Unit, days_from
from plainspoken.kernel.worktime.wallclock import utc

MINUTE = timedelta(minutes=1)
NOTHING = timedelta()


def add_minutes(calendar: WorkCalendar, start: datetime, minutes: int) -> Due:
    """When `minutes` working minutes after `start` are over; always a moment that is worked.

    Minutes that end with a window are over at the next opening, and none at all at `start` or the opening
    after it. Raises ValueError for a negative number or a naive start, DerivationTooLong when the minutes do
    not fit into DERIVATION_DAYS_MAX days.
    """
    if minutes < 0:
        raise ValueError(f"Cannot add {minutes} minutes.")
    start = utc(start)
    left = minutes * MINUTE
    at: datetime | None = None
    steps: list[Step] = []
    days = days_from(calendar.local_day(start))
    while at is None:
        day = next(days)
        before = left
        at, left = _work(calendar.spans(day), start, left)
        passed_by = at is None and left == before and bool(calendar.windows(day))
        kind = Kind.NOT_COUNTED if passed_by else calendar.kind(day)
        steps.append(Step(day, kind, _whole(before) - _whole(left), _whole(left), calendar.holidays.get(day)))
    return Due(at, Unit.WORKING_MINUTE, calendar.missing(step.day for step in steps), tuple(steps))


def minutes_between(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    """Whole working minutes from `start` to `end`, a begun minute left out.

    Raises ValueError when the end lies before the start.
    """
    return _worked_between(calendar, start, end) // MINUTE


def remaining_minutes(calendar: WorkCalendar, start: datetime, due_minutes: int, now: datetime) -> int:
    """What is left at `now` of `due_minutes` that run from `start`; 0 once they are used up.

    A pause keeps this number and resuming adds it from then. A begun minute counts as used, so that no pause
    makes a period longer.
    """
    return max(due_minutes * MINUTE - _worked_between(calendar, start, now), NOTHING) // MINUTE


def in_hours(calendar: WorkCalendar, moment: datetime) -> bool:
    """Whether `moment` is worked: the first moment of a window is, its end is not."""
    year = calendar.worked_year(calendar.local_day(moment).year)
    return year.opening(utc(moment)) == utc(moment)


def next_open(calendar: WorkCalendar, moment: datetime) -> datetime:
    """`moment` itself when it is worked, else the next opening, in UTC.

    Raises NeverOpen when there is none in this local year nor the next.
    """
    first = calendar.local_day(moment).year
    for year in (first, first + 1):
        opening = calendar.worked_year(year).opening(utc(moment))
        if opening is not None:
            return opening
    raise NeverOpen(f"{calendar.code}: no window is open from {moment} to the end of {first + 1}.")


def _worked_between(calendar: WorkCalendar, start: datetime, end: datetime) -> timedelta:
    start, end = utc(start), utc(end)
    if end < start:
        raise ValueError(f"{end} lies before {start}.")
    first, last = calendar.local_day(start).year, calendar.local_day(end).year
    whole_years = sum((calendar.worked_year(year).total for year in range(first, last)), NOTHING)
    return whole_years + calendar.worked_year(last).before(end) - calendar.worked_year(first).before(start)


def _work(spans: tuple[Span, ...], start: datetime, left: timedelta) -> tuple[datetime | None, timedelta]:
    """When on one day `left` is over (None: on a later one), and what the day leaves to do."""
    for opens, closes in spans:
        opens = max(opens, start)
        if opens + left < closes:
            return opens + left, NOTHING
        left -= max(closes - opens, NOTHING)
    return None, left


def _whole(left: timedelta) -> int:
    """Minutes still to count, a begun one included."""
    return -(-left // MINUTE)
