"""What holds of a deadline whatever happens to it, in whatever order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainspoken.kernel import clock, deadlines, drain, worktime
from plainspoken.kernel.models import Deadline
from promises import CALENDAR, DOER, PROMISE, TUESDAY, do, promise, the_firm

EXAMPLES = 60


@dataclass
class Life:
    """One deadline, and what ought to be true of it."""

    deadline: Deadline
    now: datetime = TUESDAY
    missed: datetime | None = None
    ran: list[tuple[datetime, datetime]] = field(default_factory=list)
    since: datetime = TUESDAY

    def reload(self) -> Deadline:
        self.deadline = Deadline.objects.get(pk=self.deadline.pk)
        return self.deadline

    def is_past_due(self) -> bool:
        return self.deadline.state == "running" and self.now > self.deadline.due_at


Step = Callable[[Life], None]


def inside(body: Callable[[], object]) -> None:
    do(the_firm(), by=DOER, body=body)


def passes(life: Life) -> None:
    """Time alone, noticed by the worker."""
    drain.run_until_empty("deadlines")
    deadline = life.reload()
    assert deadline.next_at is None or deadline.next_at > life.now
    assert deadline.breached_at == life.missed


def unnoticed(life: Life) -> None:
    """Time alone, while the worker is down."""


def pauses(life: Life) -> None:
    if life.deadline.state == "running":
        inside(lambda: deadlines.pause(life.deadline, calendar=CALENDAR))
        life.ran.append((life.since, life.now))


def resumes(life: Life) -> None:
    if life.deadline.state == "paused":
        inside(lambda: deadlines.resume(life.deadline, calendar=CALENDAR))
        life.since = life.now


def moves(life: Life) -> None:
    if life.deadline.state == "running":
        inside(lambda: deadlines.move(life.deadline, due_at=life.now + timedelta(hours=30)))


def is_met(life: Life) -> None:
    inside(lambda: deadlines.meet(the_firm(), PROMISE, at=clock.now()))


def is_dropped(life: Life) -> None:
    inside(lambda: deadlines.drop(the_firm(), PROMISE))


STEPS: list[Step] = [passes, unnoticed, pauses, resumes, moves, is_met, is_dropped]
LIKELY: list[Step] = [passes, pauses, resumes, pauses, resumes]
lives = st.lists(st.tuples(st.sampled_from(STEPS + LIKELY), st.integers(1, 3000)), min_size=1, max_size=12)
amounts = st.sampled_from(
    [("working_minutes", 240), ("working_minutes", 900), ("working_days", 3), ("natural_days", 5)]
)


def goes_on(life: Life, step: Step, minutes: int) -> None:
    life.now += timedelta(minutes=minutes)
    with clock.moved(life.now):
        if life.is_past_due() and life.missed is None:
            life.missed = life.deadline.due_at
        step(life)
    life.reload()
    holds(life)


def holds(life: Life) -> None:
    deadline = life.deadline
    assert (deadline.state == "paused") == (deadline.paused_at is not None) or deadline.state in (
        "met",
        "dropped",
    )
    assert (deadline.state == "met") == (deadline.met_at is not None)
    assert deadline.steps == sorted(deadline.steps)
    assert deadline.steps[1] == deadline.due_at
    assert deadline.next_at == _next_step(deadline)
    if deadline.state != "running" or deadline.breached_at:
        assert deadline.breached_at == life.missed
    if deadline.derivation and not deadline.resumed_at:
        assert sum(day["counted"] for day in deadline.derivation) == deadline.amount
    if deadline.counted_in == "working_minutes" and deadline.state == "running" and not life.missed:
        the_minutes_are_those_promised(life)


def _next_step(deadline: Deadline) -> datetime | None:
    """The first step that is not reached; none while the clock does not run."""
    ahead = deadline.steps[deadline.next_step :]
    return ahead[0] if ahead and deadline.state == "running" else None


def the_minutes_are_those_promised(life: Life) -> None:
    """A begun minute counts as used, so each pause may cost one."""
    stretches = [*life.ran, (life.since, life.deadline.due_at)]
    total = sum(worktime.minutes_between(CALENDAR, start, end) for start, end in stretches)
    assert life.deadline.amount - 2 * len(life.ran) <= total <= life.deadline.amount


@pytest.mark.usefixtures("promises")
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(counted=amounts, told=lives)
def test_whatever_happens_a_deadline_is_sound(counted: tuple[str, int], told: list[tuple[Step, int]]) -> None:
    counted_in, amount = counted
    with transaction.atomic():
        life = Life(promise(amount, counted_in))
        for step, minutes in told:
            goes_on(life, step, minutes)
        transaction.set_rollback(True)
