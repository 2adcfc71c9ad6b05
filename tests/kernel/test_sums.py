"""The smaller sums of the roll-up: each answer is what the roll-up says, however it was changed."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st

from plainspoken.kernel import measures, sums
from plainspoken.kernel.models import MeasureDay, MeasureStaffWeek, MeasureUnitDay

FIRST = date(2026, 2, 23)
CODE, OTHER = "cases.received", "cases.judged"
FEW = [None, UUID(int=1), UUID(int=2)]
days = st.integers(0, 40).map(lambda number: FIRST + timedelta(days=number))
few = st.sampled_from(FEW)
keys = st.tuples(st.sampled_from([CODE, OTHER]), days, few, few, st.just("email"), few)
rows = st.dictionaries(keys, st.integers(1, 9), max_size=25)
questions = st.lists(
    st.tuples(
        st.sampled_from([None, "day", "unit_id", "staff_id", "channel", "line_id"]),
        st.dictionaries(st.sampled_from(["unit_id", "staff_id", "line_id"]), few, max_size=2),
        st.lists(days, min_size=2, max_size=2).map(sorted),
    ),
    min_size=3,
    max_size=8,
)
NAMES = ("measure", "day", "unit_id", "staff_id", "channel", "line_id")


def row(key: tuple[Any, ...], population: int) -> MeasureDay:
    return MeasureDay(**dict(zip(NAMES, key, strict=True)), population=population, counting=population // 2)


def expected(told: dict[Any, int], by: str | None, only: dict[str, Any], span: list[date]) -> dict[Any, int]:
    found: Counter[Any] = Counter()
    for key, population in told.items():
        one = dict(zip(NAMES, key, strict=True))
        if one["measure"] == CODE and span[0] <= one["day"] <= span[1] and only.items() <= one.items():
            found[one[by] if by else None] += population
    return dict(found)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(first=rows, then=rows, gone=st.sets(st.integers(0, 24)), questions=questions)
def test_every_question_is_answered_as_by_the_roll_up(
    first: dict[Any, int], then: dict[Any, int], gone: set[int], questions: list[Any]
) -> None:
    with transaction.atomic():
        MeasureDay.objects.bulk_create(row(*one) for one in first.items())
        left = {key: count for number, (key, count) in enumerate(first.items()) if number not in gone}
        for key in first.keys() - left.keys():
            MeasureDay.objects.filter(**dict(zip(NAMES, key, strict=True))).delete()
        MeasureDay.objects.bulk_create(
            [row(*one) for one in then.items()],
            update_conflicts=True,
            unique_fields=NAMES,
            update_fields=["population", "counting"],
        )
        for by, only, span in questions:
            found = measures.figures_of([CODE], *span, by=by, only=[Q(**only)])[CODE]
            assert {one.key: one.population for one in found} == expected(left | then, by, only, span)
        assert sums.mend() == []
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_sums_that_somebody_changed_are_found_and_mended() -> None:
    MeasureDay.objects.bulk_create(
        row((CODE, FIRST + timedelta(days=number), None, UUID(int=1), "email", None), 3)
        for number in range(9)
    )
    MeasureUnitDay.objects.filter(day=FIRST).update(population=7)
    MeasureStaffWeek.objects.filter(week=FIRST).delete()
    assert sums.mend() == ["kernel_measure_unit_day", "kernel_measure_staff_week"]
    assert sums.mend() == []
    assert [one.population for one in measures.figures(CODE, FIRST, FIRST + timedelta(days=8))] == [27]


@pytest.mark.django_db
def test_of_own_and_others_no_row_is_counted_twice() -> None:
    MeasureDay.objects.bulk_create(
        row((CODE, FIRST, unit, UUID(int=1), "email", None), 2) for unit in (None, UUID(int=1), UUID(int=2))
    )
    mine = [Q(unit_id__in=[UUID(int=1)]), Q(staff_id=UUID(int=1)) & ~Q(unit_id__in=[UUID(int=1)])]
    (whole,) = measures.figures_of([CODE], FIRST, FIRST, only=mine)[CODE]
    assert (whole.population, whole.counting) == (6, 3)
