"""How a deadline is counted: its due moment, the moments of its ladder, the days that led there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from plainspoken.kernel import worktime
from plainspoken.kernel.models import Deadline
from plainspoken.kernel.worktime import Due, Pause, WorkCalendar

CountedIn = Deadline.CountedIn


def count(
    calendar: WorkCalendar, counted_in: str, start: datetime, amount: int, pauses: Sequence[Pause] = ()
) -> Due:
    """When `amount` of what `counted_in` names is over. Raises ValueError for a moment somebody named."""
    match CountedIn(counted_in):
        case CountedIn.WORKING_MINUTES:
            return worktime.add_minutes(calendar, start, amount)
        case CountedIn.WORKING_DAYS:
            return worktime.working_days(calendar, start, amount, pauses)
        case CountedIn.NATURAL_DAYS:
            return worktime.natural_days(calendar.tz, start, amount, pauses)
    raise ValueError("A moment somebody named is not counted.")


def named(moment: datetime) -> Due:
    """A due moment that needs no counting."""
    return Due(moment, worktime.Unit.NATURAL_DAY, (), ())


def again(deadline: Deadline, calendar: WorkCalendar) -> Due:
    """When the deadline is due by the calendar as it is now, its pauses left out.

    A moment somebody named is put off by the pause that has just ended.
    """
    pauses = _pauses(deadline)
    if deadline.counted_in == CountedIn.MOMENT:
        return named(deadline.due_at + (pauses[-1].end - pauses[-1].start))
    return count(calendar, deadline.counted_in, *_runs(deadline), pauses)


def remaining(deadline: Deadline, calendar: WorkCalendar, now: datetime) -> int:
    """The working minutes left of the deadline."""
    return worktime.remaining_minutes(calendar, *_runs(deadline), now)


def moments(deadline: Deadline, calendar: WorkCalendar, shares: Sequence[float]) -> list[datetime]:
    """When each share of what was promised is used up; 1 is the due moment."""
    if deadline.counted_in == CountedIn.WORKING_MINUTES:
        return _by_minutes(deadline, calendar, shares)
    return spread(deadline, shares)


def spread(deadline: Deadline, shares: Sequence[float]) -> list[datetime]:
    """The shares of the time from opening to due moment, its pauses left out."""
    pauses = _pauses(deadline)
    stood_still = sum((pause.end - pause.start for pause in pauses), timedelta())
    ran = deadline.due_at - deadline.opened_at - stood_still
    start, due_at = deadline.opened_at, deadline.due_at
    return [due_at if share == 1 else _stretched(start + ran * share, pauses) for share in shares]


def derivation(due: Due) -> list[dict[str, Any]]:
    """The days of the count, as they are stored and printed."""
    return [
        {
            "day": step.day.isoformat(),
            "kind": step.kind.value,
            "counted": step.counted,
            "remaining": step.remaining,
            "holiday_zh": step.holiday.zh if step.holiday else "",
            "holiday_en": step.holiday.en if step.holiday else "",
        }
        for step in due.derivation
    ]


def _by_minutes(deadline: Deadline, calendar: WorkCalendar, shares: Sequence[float]) -> list[datetime]:
    """The shares used up before the last pause keep their moments."""
    start, left = _runs(deadline)
    found = []
    for number, share in enumerate(shares):
        ahead = left - deadline.amount + int(deadline.amount * share)
        if share == 1:
            found.append(deadline.due_at)
        elif ahead >= 0 or not deadline.steps:
            found.append(worktime.add_minutes(calendar, start, ahead).at)
        else:
            found.append(deadline.steps[number])
    return found


def _runs(deadline: Deadline) -> tuple[datetime, int]:
    """From when it runs, and how much: of working minutes, what the last pause has left."""
    if deadline.resumed_at and deadline.counted_in == CountedIn.WORKING_MINUTES:
        return deadline.resumed_at, deadline.remaining or 0
    return deadline.opened_at, deadline.amount


def _pauses(deadline: Deadline) -> list[Pause]:
    return [Pause(*map(datetime.fromisoformat, pair)) for pair in deadline.pauses]


def _stretched(moment: datetime, pauses: Sequence[Pause]) -> datetime:
    """The moment put off by the pauses that began before it."""
    for pause in pauses:
        if pause.start < moment:
            moment += pause.end - pause.start
    return moment
