"""What puts a promise off, gives it to somebody else or ends it; none of that heals a breach."""

import pytest

from plainspoken.kernel import deadlines
from plainspoken.kernel.ids import uuid7
from promises import (
    DAY,
    DAYS,
    HOUR,
    NATURAL,
    OTHER,
    PROMISE,
    TUESDAY,
    at,
    drop,
    facts,
    local,
    meet,
    minutes,
    move,
    named,
    pause,
    promise,
    reached,
    resume,
    stored,
    the_firm,
    time_passes,
)

pytestmark = pytest.mark.usefixtures("promises")


def test_while_it_is_paused_no_step_is_reached() -> None:
    pause(promise(), TUESDAY + HOUR)
    time_passes(TUESDAY + 30 * DAY)
    assert reached() == []
    assert (stored().state, stored().next_at, stored().remaining) == ("paused", None, 180)


def test_working_minutes_keep_the_rest_through_a_pause() -> None:
    deadline = promise()
    pause(deadline, local(3, 3, 11))
    resume(deadline, local(3, 6, 17))
    assert deadline.state == "running"
    assert minutes(*deadline.steps) == [local(3, 9, 10), local(3, 9, 11), local(3, 9, 14, 30)]
    assert deadline.next_at == deadline.steps[0]
    assert sum(day["counted"] for day in deadline.derivation) == 180
    assert facts()["tests.promise.resumed_until"] == deadline.due_at.isoformat()


def test_several_pauses_each_keep_the_rest() -> None:
    deadline = promise(600)
    for day in (3, 4, 5):
        pause(deadline, local(3, day, 11))
        resume(deadline, local(3, day, 17))
    assert deadline.remaining == 600 - 60 - 180 - 180
    assert len(deadline.pauses) == 3
    assert minutes(deadline.due_at) == [local(3, 6, 11)]


def test_a_step_that_was_reached_is_not_reached_again_after_a_pause() -> None:
    deadline = promise()
    time_passes(local(3, 3, 15))
    deadline.refresh_from_db()
    pause(deadline, local(3, 3, 15))
    resume(deadline, local(3, 4, 9))
    assert deadline.next_at == deadline.due_at
    assert minutes(deadline.due_at) == [local(3, 4, 9, 30)]
    time_passes(local(3, 5))
    assert reached() == ["remind", "breach", "escalate"]


def test_a_pause_in_the_night_costs_nothing() -> None:
    deadline = promise(480)
    due = deadline.due_at
    pause(deadline, local(3, 3, 20))
    resume(deadline, local(3, 4, 8))
    assert deadline.due_at == due


def test_the_days_of_a_pause_do_not_count() -> None:
    deadline = promise(5, NATURAL)
    pause(deadline, local(3, 4, 9))
    resume(deadline, local(3, 6, 9))
    assert deadline.due_at == local(3, 12)
    kinds = {day["day"]: day["kind"] for day in deadline.derivation}
    assert [kinds[f"2026-03-0{day}"] for day in (4, 5, 6, 7)] == ["paused", "paused", "paused", "counted"]
    pause(deadline, local(3, 7, 9))
    resume(deadline, local(3, 7, 10))
    assert deadline.due_at == local(3, 13)
    assert deadline.steps[0] > local(3, 7, 10)


def test_working_days_leave_out_pauses_too() -> None:
    deadline = promise(3, DAYS)
    pause(deadline, local(3, 4, 9))
    resume(deadline, local(3, 4, 10))
    assert deadline.due_at == local(3, 10)


def test_a_named_moment_is_put_off_by_the_pause() -> None:
    until = local(3, 4, 10)
    deadline = named(until)
    pause(deadline, local(3, 3, 12))
    resume(deadline, local(3, 3, 15))
    assert minutes(deadline.due_at) == [until + 3 * HOUR]


def test_a_pause_heals_nothing_that_is_overdue() -> None:
    deadline = promise()
    due = deadline.due_at
    pause(deadline, due + HOUR)
    assert deadline.breached_at == due
    resume(deadline, due + 3 * DAY)
    assert (deadline.due_at, deadline.breached_at) == (due, due)
    time_passes(due + 3 * DAY)
    assert reached() == ["remind", "breach", "escalate"]


def test_met_while_paused_is_judged_by_the_moment_of_the_pause() -> None:
    due = promise().due_at
    pause(stored(), TUESDAY + HOUR)
    met = meet(due + 2 * DAY)
    assert met is not None
    assert (met.state, met.breached_at) == ("met", None)


def test_met_while_paused_too_late_stays_late() -> None:
    due = promise().due_at
    pause(stored(), due + HOUR)
    met = meet(due + 2 * DAY)
    assert met is not None
    assert met.breached_at == due


def test_only_what_runs_is_paused_or_moved_and_only_what_is_paused_resumes() -> None:
    deadline = promise()
    with pytest.raises(AssertionError):
        resume(deadline, TUESDAY)
    pause(deadline, TUESDAY + HOUR)
    with pytest.raises(AssertionError):
        pause(deadline, TUESDAY + HOUR)
    with pytest.raises(AssertionError):
        move(deadline, TUESDAY, TUESDAY)


def test_another_moment_is_promised() -> None:
    deadline, until = promise(), TUESDAY + 40 * HOUR
    move(deadline, TUESDAY + HOUR, until)
    moved = stored()
    assert (moved.due_at, moved.counted_in, moved.derivation) == (until, "moment", [])
    assert moved.steps == [TUESDAY + 30 * HOUR, until, TUESDAY + 60 * HOUR]
    assert facts()["tests.promise.moved_to"] == until.isoformat()
    time_passes(until)
    assert reached() == ["remind", "breach"]


def test_a_moved_promise_is_reminded_of_again() -> None:
    deadline = promise()
    time_passes(deadline.steps[0])
    deadline.refresh_from_db()
    move(deadline, deadline.steps[0], TUESDAY + 40 * HOUR)
    time_passes(TUESDAY + 35 * HOUR)
    assert reached() == ["remind", "remind"]


def test_moving_heals_no_breach() -> None:
    deadline = promise()
    due = deadline.due_at
    move(deadline, due + HOUR, due + DAY)
    assert deadline.breached_at == due
    met = meet(due + 2 * HOUR)
    assert met is not None
    assert met.breached_at == due


def test_moved_into_the_past_it_is_broken_at_once() -> None:
    deadline = promise()
    move(deadline, TUESDAY + HOUR, TUESDAY + HOUR / 2)
    time_passes(TUESDAY + HOUR)
    assert reached() == ["remind", "breach", "escalate"]


def test_it_becomes_somebody_elses() -> None:
    firm, unit, owner = the_firm(), uuid7(), uuid7()
    promise()
    at(TUESDAY, lambda: deadlines.give(firm, unit=unit, owner=owner))
    assert (stored().unit_id, stored().owner_id) == (unit, owner)
    at(TUESDAY, lambda: deadlines.give(firm, unit=uuid7(), owner=None, kinds=[OTHER]))
    assert (stored().unit_id, stored().owner_id) == (unit, owner)
    meet(TUESDAY + HOUR)
    at(TUESDAY, lambda: deadlines.give(firm, unit=uuid7(), owner=None))
    assert stored().owner_id == owner


def test_what_is_no_longer_owed_is_dropped() -> None:
    due = promise().due_at
    drop(TUESDAY + HOUR, OTHER)
    assert stored().state == "running"
    drop(TUESDAY + 2 * HOUR, OTHER, PROMISE)
    assert (stored().state, stored().next_at, stored().breached_at) == ("dropped", None, None)
    assert facts()["tests.promise.dropped"] is True
    time_passes(due + DAY)
    assert reached() == []


def test_dropping_heals_no_breach() -> None:
    due = promise().due_at
    drop(due + HOUR, PROMISE)
    assert stored().breached_at == due
