"""Promises with a clock: how they are counted, what the ladder says, when one is kept or broken."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from plainspoken.kernel import deadlines
from plainspoken.kernel.models import Deadline, Entry
from plainspoken.kernel.worktime import DerivationTooLong, HolidayName
from promises import (
    CALENDAR,
    DAY,
    DAYS,
    HOUR,
    MINUTES,
    NATURAL,
    OTHER,
    SECOND,
    TUESDAY,
    at,
    calendar,
    facts,
    local,
    meet,
    named,
    opened,
    pause,
    promise,
    reached,
    stored,
    time_passes,
)

pytestmark = pytest.mark.usefixtures("promises")


@pytest.mark.parametrize(
    ("counted_in", "amount", "start", "due"),
    [
        (MINUTES, 60, TUESDAY, local(3, 3, 11)),
        (MINUTES, 240, TUESDAY, local(3, 3, 15, 30)),
        (MINUTES, 120, local(3, 6, 17), local(3, 9, 10)),
        (MINUTES, 60, local(3, 7, 15), local(3, 9, 10)),
        (DAYS, 2, local(3, 6, 10), local(3, 11)),
        (NATURAL, 7, TUESDAY, local(3, 11)),
        (NATURAL, 1, local(3, 6, 23, 59), local(3, 8)),
    ],
)
def test_a_promise_is_counted_from_its_start(
    counted_in: str, amount: int, start: datetime, due: datetime
) -> None:
    deadline = promise(amount, counted_in, start)
    assert deadline.due_at == due
    assert (deadline.state, deadline.opened_at, deadline.provisional) == ("running", start, False)


def test_opening_stands_in_the_ledger() -> None:
    deadline = promise()
    assert facts()["tests.promise.due"] == deadline.due_at.isoformat()


def test_a_moment_that_was_named_is_due_then() -> None:
    until = TUESDAY + 8 * HOUR
    one = named(until)
    assert (one.due_at, one.counted_in) == (until, "moment")
    hours = [(moment - one.opened_at) / HOUR for moment in one.steps]
    assert [round(one, 2) for one in hours] == [6, 8, 12]


@pytest.mark.parametrize(("counted_in", "amount"), [(MINUTES, 1000), (DAYS, 4), (NATURAL, 9)])
def test_the_derivation_is_stored_and_adds_up(counted_in: str, amount: int) -> None:
    holiday = {date(2026, 3, 5): HolidayName("植树节", "Arbor Day")}
    by = calendar(exceptions={date(2026, 3, 5): ()}, holidays=holiday)
    promise(amount, counted_in, TUESDAY, by)
    days = stored().derivation
    assert sum(day["counted"] for day in days) == amount
    assert (days[0]["day"], days[-1]["remaining"]) == ("2026-03-03", 0)
    assert [date.fromisoformat(day["day"]) for day in days] == [
        date(2026, 3, 3) + timedelta(days=offset) for offset in range(len(days))
    ]
    named = {day["day"]: day["holiday_zh"] for day in days}
    assert named["2026-03-05"] == ("" if counted_in == NATURAL else "植树节")


@pytest.mark.parametrize(("amount", "error"), [(-1, ValueError), (10**7, DerivationTooLong)])
def test_a_period_that_cannot_be_counted_is_not_promised(amount: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        promise(amount)
    assert not Deadline.objects.exists()


def test_time_moves_it_up_the_ladder_step_by_step() -> None:
    deadline = promise()
    assert deadline.steps == [local(3, 3, 14, 30), local(3, 3, 15, 30), local(3, 3, 17, 30)]
    heard = []
    for moment in (TUESDAY, *deadline.steps, local(3, 4)):
        time_passes(moment + SECOND)
        heard.append((len(reached()), stored().next_at, stored().breached_at))
    due = deadline.due_at
    assert heard == [
        (0, deadline.steps[0], None),
        (1, deadline.steps[1], None),
        (2, deadline.steps[2], due),
        (3, None, due),
        (3, None, due),
    ]
    assert reached() == ["remind", "breach", "escalate"]


def test_the_entry_of_a_step_says_whose_promise_it_was() -> None:
    deadline = promise()
    time_passes(deadline.due_at)
    said = facts("deadlines.reach")
    assert said == {
        "step": "breach",
        "kind": "tests.promise",
        "of": str(deadline.subject_id),
        "due": deadline.due_at.isoformat(),
    }
    assert Entry.objects.filter(code="deadlines.reach", subject_id=deadline.pk).count() == 2


def test_after_the_worker_was_down_every_step_is_reached_in_order() -> None:
    deadline = promise()
    time_passes(TUESDAY + 30 * DAY)
    assert reached() == ["remind", "breach", "escalate"]
    assert (stored().breached_at, stored().next_at) == (deadline.due_at, None)


def test_a_ladder_may_have_one_step() -> None:
    one = at(TUESDAY, lambda: opened(OTHER, 1, NATURAL, TUESDAY, CALENDAR))
    assert one.steps == [one.due_at]
    time_passes(TUESDAY + 5 * DAY)
    assert reached() == ["breach"]


def test_met_in_time_nothing_more_is_reached() -> None:
    deadline = promise()
    met = meet(TUESDAY + HOUR)
    assert met is not None
    assert (met.state, met.met_at, met.breached_at, met.next_at) == ("met", TUESDAY + HOUR, None, None)
    assert facts()["tests.promise.met"] is True
    time_passes(deadline.due_at + DAY)
    assert reached() == []


def test_met_at_the_due_moment_is_in_time() -> None:
    due = promise().due_at
    met = meet(due)
    assert met is not None
    assert met.breached_at is None


@pytest.mark.parametrize("drained", [True, False])
def test_met_late_says_which_moment_was_missed(drained: bool) -> None:
    due = promise().due_at
    if drained:
        time_passes(due + timedelta(minutes=1))
    met = meet(due + HOUR)
    assert met is not None
    assert (met.met_at, met.breached_at) == (due + HOUR, due)
    assert facts()["tests.promise.met"] is False
    assert ("breach" in reached()) is drained


def test_a_breach_is_taken_back_when_the_news_of_an_answer_in_time_comes_late() -> None:
    due = promise().due_at
    time_passes(due + timedelta(minutes=1))
    met = meet(due - timedelta(minutes=1), told=due + timedelta(minutes=2))
    assert met is not None
    assert (met.state, met.breached_at) == ("met", None)


def test_nothing_open_nothing_met() -> None:
    assert meet(TUESDAY) is None


def test_one_open_deadline_of_a_kind_and_subject() -> None:
    promise()
    with pytest.raises(IntegrityError, match="kernel_deadline_one_open"), transaction.atomic():
        promise()
    meet(TUESDAY + HOUR)
    promise()
    assert Deadline.objects.count() == 2


def test_a_paused_one_is_still_open() -> None:
    pause(promise(), TUESDAY + HOUR)
    with pytest.raises(IntegrityError, match="kernel_deadline_one_open"), transaction.atomic():
        promise()


def test_the_ladder_rises() -> None:
    for kind in deadlines.kinds.values():
        assert all(low.share < high.share for low, high in pairwise(kind.steps)), kind.code
        assert [step.name for step in kind.steps if step.share == 1] == ["breach"], kind.code
