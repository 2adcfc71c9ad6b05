"""A firm's targets may be stricter than the law, never looser."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainspoken.kernel import worktime
from plainspoken.law import packs
from plainspoken.law.packs import Period, Source, Unit
from plainspoken.law.targets import Target, looser

NEW_YORK = "America/New_York"
TODAY = date(2026, 11, 23)


def period(value: int, unit: Unit) -> Period:
    return Period("XX-A", value, unit, Source("Act 1"), "1", True, None, None)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (14, Unit.NATURAL_DAY, False),
        (15, Unit.NATURAL_DAY, False),
        (16, Unit.NATURAL_DAY, True),
        (2, Unit.WEEK, False),
        (3, Unit.WEEK, True),
        (1, Unit.MONTH, True),
        (359, Unit.HOUR, False),
        (360, Unit.HOUR, True),
        (1, Unit.WORKING_DAY, True),
        (0, Unit.WORKING_DAY, False),
        (60, Unit.WORKING_MINUTE, True),
        (0, Unit.WORKING_MINUTE, True),
    ],
)
def test_against_the_fifteen_days_of_a_complaint(value: int, unit: Unit, expected: bool) -> None:
    assert looser(Target(value, unit), packs.period("CN-BI-15", TODAY)) is expected


@pytest.mark.parametrize(
    ("target", "rule", "expected"),
    [
        (Target(7, Unit.NATURAL_DAY), period(7, Unit.WORKING_DAY), False),
        (Target(8, Unit.NATURAL_DAY), period(7, Unit.WORKING_DAY), True),
        (Target(1, Unit.NATURAL_DAY), period(72, Unit.HOUR), False),
        (Target(2, Unit.NATURAL_DAY), period(72, Unit.HOUR), True),
        (Target(0, Unit.WORKING_DAY), period(1, Unit.HOUR), True),
        (Target(1, Unit.HOUR), period(60, Unit.WORKING_MINUTE), False),
        (Target(2, Unit.HOUR), period(60, Unit.WORKING_MINUTE), True),
    ],
)
def test_two_units_are_compared_at_their_worst(target: Target, rule: Period, expected: bool) -> None:
    assert looser(target, rule) is expected


@pytest.mark.parametrize(("value", "unit"), [(1, Unit.PERSONS), (1, Unit.DAY), (-1, Unit.HOUR)])
def test_what_is_no_time_is_no_target(value: int, unit: Unit) -> None:
    with pytest.raises(ValueError, match="no target"):
        Target(value, unit)


units = st.sampled_from([Unit.NATURAL_DAY, Unit.WORKING_DAY, Unit.WEEK, Unit.HOUR, Unit.WORKING_MINUTE])
values = st.integers(0, 40)
starts = st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 20), timezones=st.just(UTC))  # noqa: DTZ001
closings = st.sets(st.integers(0, 340), max_size=60)


def due(value: int, unit: Unit, start: datetime, calendar: worktime.WorkCalendar) -> datetime:
    if unit is Unit.HOUR:
        return start + timedelta(hours=value)
    if unit is Unit.WORKING_MINUTE:
        return worktime.add_minutes(calendar, start, value).at
    if unit is Unit.WORKING_DAY:
        return worktime.working_days(calendar, start, value).at
    return worktime.natural_days(NEW_YORK, start, value * (7 if unit is Unit.WEEK else 1)).at


@settings(deadline=None)
@given(st.builds(Target, values, units), st.builds(period, values, units), starts, closings)
def test_a_target_that_is_not_looser_is_never_due_later(
    target: Target, rule: Period, start: datetime, closed: set[int]
) -> None:
    week = (((time(9), time(17)),),) * 7
    off = {date(2026, 1, 1) + timedelta(days=offset): () for offset in closed}
    calendar = worktime.WorkCalendar("any", "1", NEW_YORK, week, None, off)
    if not looser(target, rule):
        target_due = due(target.value, target.unit, start, calendar)
        assert target_due <= due(rule.value, rule.unit, start, calendar)
