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

from plainspoken.kernel import action, clock, controls, ledger, measures, reckoning, writing
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
    due = reckoning.count(calendar, counted_in, start, amount)
    return _create(kind, subject, calendar, start, due, counted_in, amount, unit, owner)


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
    due = reckoning.named(due_at)
    return _create(kind, subject, calendar, clock.now(), due, CountedIn.MOMENT, 0, unit, owner)


def running(subject: Model, kind: Kind | None = None) -> QuerySet[Deadline]:
    """The deadlines of the subject that are neither met nor dropped."""
    rows = Deadline.objects.filter(subject_id=subject.pk, state__in=["running", "paused"])
    return rows.filter(kind=kind.code) if kind else rows


def meet(subject: Model, kind: Kind, *, at: datetime) -> Deadline | None:
    """The promise is kept, in time or late; None when there was none open. Call inside an action.

    `at` may lie before now. When the news that it was kept in time comes late, a breach that was noted
    meanwhile is taken back.
    """
    deadline = running(subject, kind).select_for_update().first()
    if deadline is None:
        return None
    if deadline.breached_at == deadline.due_at:
        deadline.breached_at = None
    _note_breach(deadline, min(at, deadline.paused_at or at))
    deadline.state, deadline.met_at, deadline.next_at = "met", at, None
    deadline.save(update_fields=["state", "met_at", "next_at", "breached_at"])
    _record(deadline, "met", deadline.breached_at is None)
    return deadline


def drop(subject: Model, *kinds: Kind) -> None:
    """The promises are no longer owed: what they were for has gone. Call inside an action."""
    rows = running(subject).filter(kind__in=[kind.code for kind in kinds])
    for deadline in rows.select_for_update():
        _note_breach(deadline, deadline.paused_at or clock.now())
        deadline.state, deadline.next_at = "dropped", None
        deadline.save(update_fields=["state", "next_at", "breached_at"])
        _record(deadline, "dropped", True)


def move(deadline: Deadline, *, due_at: datetime) -> None:
    """Another moment was promised, with a ladder of its own. Call inside an action that says why."""
    assert deadline.state == "running", "Only a running deadline is moved."
    _note_breach(deadline, clock.now())
    deadline.counted_in = CountedIn.MOMENT
    _set_due(deadline, reckoning.named(due_at))
    deadline.steps = reckoning.spread(deadline, _shares(deadline))
    _take_steps_again(deadline)
    deadline.save()
    _record(deadline, "moved_to", due_at)


def pause(deadline: Deadline, *, calendar: WorkCalendar) -> None:
    """The clock stands still; of working minutes the rest is kept. Call inside an action."""
    assert deadline.state == "running", "Only a running deadline is paused."
    now = clock.now()
    _note_breach(deadline, now)
    if deadline.counted_in == CountedIn.WORKING_MINUTES:
        deadline.remaining = reckoning.remaining(deadline, calendar, now)
    deadline.state, deadline.paused_at, deadline.next_at = "paused", now, None
    deadline.save(update_fields=["state", "paused_at", "next_at", "remaining", "breached_at"])
    _record(deadline, "paused", now)


def resume(deadline: Deadline, *, calendar: WorkCalendar) -> None:
    """The clock runs again, from the rest or with the paused days left out. Call inside an action.

    What was overdue before the pause stays due when it was.
    """
    assert deadline.paused_at, "Only a paused deadline resumes."
    now = clock.now()
    deadline.pauses = [*deadline.pauses, [deadline.paused_at.isoformat(), now.isoformat()]]
    deadline.state, deadline.paused_at = "running", None
    if deadline.breached_at != deadline.due_at:
        deadline.resumed_at = now
        _count_again(deadline, calendar)
    look_ahead(deadline)
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
        _recompute(deadline, calendar)
    return len(found)


def look_ahead(deadline: Deadline) -> None:
    """Set the moment of the next step that is not taken yet; none while the clock stands still."""
    ahead = deadline.steps[deadline.next_step :] if deadline.state == "running" else []
    deadline.next_at = ahead[0] if ahead else None


def _recompute(deadline: Deadline, calendar: WorkCalendar) -> None:
    """A breach of the provisional moment is one of the final moment only if that has passed too."""
    broken = deadline.breached_at == deadline.due_at
    if broken:
        measures.changed(deadline)
    _count_again(deadline, calendar)
    if broken:
        deadline.breached_at = deadline.due_at if deadline.due_at <= clock.now() else None
        measures.changed(deadline)
    _take_steps_again(deadline)
    deadline.save()
    _record(deadline, f"recomputed.{deadline.pk}", deadline.due_at)


def _create(
    kind: Kind,
    subject: Model,
    calendar: WorkCalendar,
    start: datetime,
    due: Due,
    counted_in: str,
    amount: int,
    unit: UUID,
    owner: UUID | None,
) -> Deadline:
    deadline = Deadline(
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
    )
    _set_due(deadline, due)
    deadline.steps = reckoning.moments(deadline, calendar, _shares(deadline))
    look_ahead(deadline)
    writing.insert(deadline)
    _record(deadline, "due", due.at)
    if due.provisional:
        _record(deadline, "provisional", list(due.missing_years))
    return deadline


def _count_again(deadline: Deadline, calendar: WorkCalendar) -> None:
    _set_due(deadline, reckoning.again(deadline, calendar))
    deadline.steps = reckoning.moments(deadline, calendar, _shares(deadline))


def _set_due(deadline: Deadline, due: Due) -> None:
    deadline.due_at, deadline.derivation = due.at, reckoning.derivation(due)
    deadline.missing_years, deadline.provisional = list(due.missing_years), due.provisional


def _shares(deadline: Deadline) -> list[float]:
    return [step.share for step in kinds[deadline.kind].steps]


def _take_steps_again(deadline: Deadline) -> None:
    """Steps that lie ahead again were not taken yet."""
    now = clock.now()
    passed = sum(moment <= now for moment in deadline.steps)
    deadline.next_step = min(deadline.next_step, passed)
    look_ahead(deadline)


def _note_breach(deadline: Deadline, at: datetime) -> None:
    """The first due moment that was missed is remembered, whether or not time was noticed to pass it."""
    if at > deadline.due_at and deadline.breached_at is None:
        deadline.breached_at = deadline.due_at
        measures.changed(deadline)


def _record(deadline: Deadline, what: str, value: Any) -> None:
    action.record(**{f"{deadline.kind}.{what}": value})
