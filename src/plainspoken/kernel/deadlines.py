"""Promises with a clock: opened, moved, paused and met inside actions, breached by time.

A kind is registered once by the slice that opens it, with the ladder of what happens when. When a step is
reached, the action `deadlines.reach` says so in the ledger; the slice subscribes and knows whom to tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from plainspoken.kernel import action, clock, controls, ledger, worktime
from plainspoken.kernel.errors import Text
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Deadline
from plainspoken.kernel.worktime import Due, WorkCalendar

CountedIn = Deadline.CountedIn


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of the ladder: reached when `share` of what was promised is used up; 1 is the due moment."""

    name: str
    share: float


LADDER = (Step("remind", 0.75), Step("breach", 1.0), Step("escalate", 1.5))
AT_DUE = (Step("breach", 1.0),)


@dataclass(frozen=True, slots=True)
class Kind:
    code: str
    label: Text
    steps: tuple[Step, ...]


kinds: dict[str, Kind] = {}


def kind(code: str, label: Text, *, duties: Sequence[str], steps: tuple[Step, ...] = LADDER) -> Kind:
    """Register a kind of deadline; it serves the duties."""
    assert code not in kinds, f"two kinds of deadline are called {code}"
    controls.register("deadline", code, list(duties))
    kinds[code] = Kind(code, label, steps)
    return kinds[code]


def open(
    kind: Kind,
    subject: Model,
    *,
    calendar: WorkCalendar,
    counted_in: str,
    amount: int,
    unit: UUID,
    owner: UUID | None = None,
    start: datetime | None = None,
) -> Deadline:
    """Promise `amount` of what `counted_in` names, from `start` (now) on. Call inside an action."""
    start = start or clock.now()
    due = _count(calendar, counted_in, start, amount)
    moments = [_moment(calendar, counted_in, start, amount, due.at, step) for step in kind.steps]
    return _create(kind, subject, calendar, start, due, moments, counted_in, amount, unit, owner)


def open_until(
    kind: Kind,
    subject: Model,
    *,
    due_at: datetime,
    calendar: WorkCalendar,
    unit: UUID,
    owner: UUID | None = None,
) -> Deadline:
    """Promise a moment somebody named. Call inside an action."""
    start = clock.now()
    due = Due(due_at, worktime.Unit.NATURAL_DAY, (), ())
    moments = [start + (due_at - start) * step.share for step in kind.steps]
    return _create(kind, subject, calendar, start, due, moments, CountedIn.MOMENT, 0, unit, owner)


def running(subject: Model, kind: Kind | None = None) -> QuerySet[Deadline]:
    """The deadlines of the subject that are neither met nor dropped."""
    rows = Deadline.objects.filter(subject_id=subject.pk, state__in=["running", "paused"])
    return rows.filter(kind=kind.code) if kind else rows


def meet(subject: Model, kind: Kind, *, at: datetime) -> Deadline | None:
    """The promise is kept, in time or late; None when there was none open. Call inside an action."""
    deadline = running(subject, kind).select_for_update().first()
    if deadline is None:
        return None
    deadline.state, deadline.met_at, deadline.next_at = "met", at, None
    if at > deadline.due_at and deadline.paused_at is None:
        deadline.breached_at = deadline.due_at
    deadline.save(update_fields=["state", "met_at", "next_at", "breached_at"])
    _record(deadline, "met", deadline.breached_at is None)
    return deadline


def drop(subject: Model, *kinds: Kind) -> None:
    """The promises are no longer owed: what they were for has gone. Call inside an action."""
    rows = running(subject).filter(kind__in=[kind.code for kind in kinds])
    for deadline in rows.select_for_update():
        deadline.state, deadline.next_at = "dropped", None
        deadline.save(update_fields=["state", "next_at"])
        _record(deadline, "dropped", True)


def move(deadline: Deadline, *, due_at: datetime) -> None:
    """Another moment was promised. Call inside an action that says why."""
    span = due_at - deadline.opened_at
    shares = [step.share for step in kinds[deadline.kind].steps]
    deadline.due_at = due_at
    deadline.counted_in, deadline.derivation, deadline.provisional = CountedIn.MOMENT, [], False
    deadline.missing_years = []
    set_steps(deadline, [deadline.opened_at + span * share for share in shares])
    deadline.save()
    _record(deadline, "moved_to", due_at)


def pause(deadline: Deadline, *, calendar: WorkCalendar) -> None:
    """The clock stands still; of working minutes the rest is kept. Call inside an action."""
    now = clock.now()
    if deadline.counted_in == CountedIn.WORKING_MINUTES:
        deadline.remaining = worktime.remaining_minutes(calendar, *_runs(deadline), now)
    deadline.state, deadline.paused_at, deadline.next_at = "paused", now, None
    deadline.save(update_fields=["state", "paused_at", "next_at", "remaining"])
    _record(deadline, "paused", now)


def resume(deadline: Deadline, *, calendar: WorkCalendar) -> None:
    """The clock runs again, from the rest or with the paused days left out. Call inside an action."""
    assert deadline.paused_at, "Only a paused deadline resumes."
    now, before = clock.now(), deadline.due_at
    deadline.pauses = [*deadline.pauses, [deadline.paused_at.isoformat(), now.isoformat()]]
    deadline.state, deadline.paused_at, deadline.resumed_at = "running", None, now
    _set_due(deadline, _due(deadline, calendar, before))
    set_steps(deadline, [moment + (deadline.due_at - before) for moment in deadline.steps])
    deadline.save()
    _record(deadline, "resumed_until", deadline.due_at)


def give(subject: Model, *, unit: UUID, owner: UUID | None, kinds: Sequence[Kind] = ()) -> None:
    """The promises are somebody else's to keep now."""
    rows = running(subject)
    if kinds:
        rows = rows.filter(kind__in=[kind.code for kind in kinds])
    rows.update(unit_id=unit, owner_id=owner)


def recompute(calendar: WorkCalendar) -> int:
    """A year was loaded: count the provisional deadlines of the calendar again. Call inside an action."""
    rows = Deadline.objects.filter(calendar=calendar.code, provisional=True, state="running")
    found = list(rows.select_for_update())
    for deadline in found:
        _recount(deadline, calendar)
    return len(found)


def _recount(deadline: Deadline, calendar: WorkCalendar) -> None:
    before = deadline.due_at
    _set_due(deadline, _due(deadline, calendar, before))
    set_steps(deadline, [moment + (deadline.due_at - before) for moment in deadline.steps])
    deadline.save()
    _record(deadline, f"recomputed.{deadline.pk}", deadline.due_at)


def _create(
    kind: Kind,
    subject: Model,
    calendar: WorkCalendar,
    start: datetime,
    due: Due,
    moments: list[datetime],
    counted_in: str,
    amount: int,
    unit: UUID,
    owner: UUID | None,
) -> Deadline:
    deadline = Deadline.objects.create(
        id=uuid7(start),
        kind=kind.code,
        subject_type=ledger.code_of(subject),
        subject_id=subject.pk,
        unit_id=unit,
        owner_id=owner,
        calendar=calendar.code,
        counted_in=counted_in,
        amount=amount,
        opened_at=start,
        due_at=due.at,
        provisional=due.provisional,
        missing_years=list(due.missing_years),
        derivation=_derivation(due),
        steps=moments,
        next_at=moments[0],
    )
    _record(deadline, "due", due.at)
    if due.provisional:
        _record(deadline, "provisional", list(due.missing_years))
    return deadline


def _count(calendar: WorkCalendar, counted_in: str, start: datetime, amount: int) -> Due:
    match CountedIn(counted_in):
        case CountedIn.WORKING_MINUTES:
            return worktime.add_minutes(calendar, start, amount)
        case CountedIn.WORKING_DAYS:
            return worktime.working_days(calendar, start, amount)
        case CountedIn.NATURAL_DAYS:
            return worktime.natural_days(calendar.tz, start, amount)
    raise ValueError("A moment somebody named is not counted.")


def _moment(
    calendar: WorkCalendar, counted_in: str, start: datetime, amount: int, due_at: datetime, step: Step
) -> datetime:
    if step.share == 1:
        return due_at
    if counted_in == CountedIn.WORKING_MINUTES:
        return worktime.add_minutes(calendar, start, int(amount * step.share)).at
    return start + (due_at - start) * step.share


def _runs(deadline: Deadline) -> tuple[datetime, int]:
    """From when the working minutes run, and how many."""
    if deadline.resumed_at is None:
        return deadline.opened_at, deadline.amount
    return deadline.resumed_at, deadline.remaining or 0


def _due(deadline: Deadline, calendar: WorkCalendar, named: datetime) -> Due:
    pauses = [worktime.Pause(*map(datetime.fromisoformat, pair)) for pair in deadline.pauses]
    match CountedIn(deadline.counted_in):
        case CountedIn.WORKING_MINUTES:
            return worktime.add_minutes(calendar, *_runs(deadline))
        case CountedIn.WORKING_DAYS:
            return worktime.working_days(calendar, deadline.opened_at, deadline.amount, pauses)
        case CountedIn.NATURAL_DAYS:
            return worktime.natural_days(calendar.tz, deadline.opened_at, deadline.amount, pauses)
    return Due(named + (pauses[-1].end - pauses[-1].start), worktime.Unit.NATURAL_DAY, (), ())


def _set_due(deadline: Deadline, due: Due) -> None:
    deadline.due_at, deadline.derivation = due.at, _derivation(due)
    deadline.missing_years, deadline.provisional = list(due.missing_years), due.provisional


def set_steps(deadline: Deadline, moments: list[datetime]) -> None:
    """The moments of the ladder, and the next of them that is not reached yet."""
    deadline.steps = moments
    ahead = [number for number, moment in enumerate(moments) if number >= deadline.next_step]
    deadline.next_at = moments[ahead[0]] if ahead else None


def _derivation(due: Due) -> list[dict[str, Any]]:
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


def _record(deadline: Deadline, what: str, value: Any) -> None:
    action.record(**{f"{deadline.kind}.{what}": value})
