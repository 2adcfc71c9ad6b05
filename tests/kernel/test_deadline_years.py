"""Promises that reach into a year whose holidays are not loaded."""

from datetime import date, datetime

import pytest

from plainspoken.kernel import deadlines
from plainspoken.kernel.models import Deadline
from plainspoken.kernel.worktime import HolidayName
from promises import (
    MINUTES,
    TUESDAY,
    at,
    calendar,
    facts,
    local,
    minutes,
    pause,
    promise,
    reached,
    resume,
    time_passes,
)

pytestmark = pytest.mark.usefixtures("promises")


YEAR_2027 = calendar(
    version="3",
    years=frozenset({2026, 2027}),
    exceptions={date(2027, 1, 1): (), date(2027, 1, 4): ()},
    holidays={date(2027, 1, 4): HolidayName("元旦", "New Year")},
)


def provisional(amount: int = 2 * 450) -> Deadline:
    """From 31 December 2026, while the next year is not loaded."""
    return promise(amount, MINUTES, local(12, 31, 9), calendar())


def of_2027(day: int, hour: int, minute: int = 0) -> datetime:
    return local(1, day, hour, minute, year=2027)


@pytest.mark.duty("4.1.2a")
def test_without_its_year_it_is_provisional_and_says_so() -> None:
    deadline = provisional()
    assert (deadline.provisional, deadline.missing_years) == (True, [2027])
    assert deadline.due_at == of_2027(4, 9)
    assert facts()["tests.promise.provisional"] == [2027]


def test_a_loaded_year_counts_it_again() -> None:
    deadline = provisional()
    assert at(local(12, 31, 10), lambda: deadlines.recompute(YEAR_2027)) == 1
    deadline.refresh_from_db()
    assert (deadline.provisional, deadline.missing_years, deadline.due_at) == (False, [], of_2027(6, 9))
    assert deadline.steps[1] == deadline.due_at
    assert deadline.steps[0] == of_2027(5, 14, 15)
    assert facts()[f"tests.promise.recomputed.{deadline.pk}"] == deadline.due_at.isoformat()
    assert at(local(12, 31, 11), lambda: deadlines.recompute(YEAR_2027)) == 0


def test_a_breach_of_a_provisional_moment_falls_when_that_was_a_holiday() -> None:
    deadline = provisional()
    time_passes(of_2027(4, 10))
    deadline.refresh_from_db()
    assert deadline.breached_at == of_2027(4, 9)
    at(of_2027(4, 11), lambda: deadlines.recompute(YEAR_2027))
    deadline.refresh_from_db()
    assert (deadline.breached_at, deadline.next_at) == (None, of_2027(5, 14, 15))
    time_passes(of_2027(6, 10))
    assert reached() == ["remind", "breach", "remind", "breach"]
    deadline.refresh_from_db()
    assert deadline.breached_at == of_2027(6, 9)


def test_a_breach_that_stands_after_the_year_is_loaded_names_the_final_moment() -> None:
    deadline = provisional()
    time_passes(of_2027(6, 10))
    at(of_2027(6, 11), lambda: deadlines.recompute(YEAR_2027))
    deadline.refresh_from_db()
    assert (deadline.breached_at, deadline.due_at) == (of_2027(6, 9), of_2027(6, 9))


def test_another_calendar_leaves_it_alone() -> None:
    provisional()
    assert at(TUESDAY, lambda: deadlines.recompute(calendar(code="hk"))) == 0


def test_a_paused_provisional_one_is_counted_by_the_year_when_it_resumes() -> None:
    deadline = provisional()
    pause(deadline, local(12, 31, 10), calendar())
    assert at(local(12, 31, 11), lambda: deadlines.recompute(YEAR_2027)) == 0
    resume(deadline, local(12, 31, 12), YEAR_2027)
    assert deadline.provisional is False
    assert minutes(deadline.due_at) == [of_2027(6, 11)]
