"""Human numbers: one after another in each series, never twice, whoever takes them at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from plainspoken.kernel import numbers

TAKERS = 4
TIMES = 10


@pytest.mark.django_db
def test_numbers_follow_one_another() -> None:
    assert numbers.take("Y", 2998) == ["Y-2998-000001"]
    assert numbers.take("Y", 2998, 3) == ["Y-2998-000002", "Y-2998-000003", "Y-2998-000004"]
    assert numbers.take("Y", 2998) == ["Y-2998-000005"]


@pytest.mark.django_db
def test_each_kind_and_year_begins_anew() -> None:
    numbers.take("Y", 2998, 5)
    assert numbers.take("X", 2998) == ["X-2998-000001"]
    assert numbers.take("Y", 2999) == ["Y-2999-000001"]


@pytest.mark.django_db
def test_more_than_a_million_make_the_number_longer() -> None:
    numbers.go_on_after("Y", 2998, 999_999)
    assert numbers.take("Y", 2998) == ["Y-2998-1000000"]


@pytest.mark.django_db
def test_what_rolls_back_is_a_gap_and_nobody_waits() -> None:
    numbers.take("Y", 2998)
    with transaction.atomic():
        numbers.take("Y", 2998, 5)
        transaction.set_rollback(True)
    assert numbers.take("Y", 2998) == ["Y-2998-000007"]


@pytest.mark.django_db
def test_a_loaded_series_goes_on_after_its_last() -> None:
    numbers.go_on_after("Y", 2998, 41)
    assert numbers.take("Y", 2998) == ["Y-2998-000042"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("letter", "year", "count"),
    [("q", 2026, 1), ("QQ", 2026, 1), ("", 2026, 1), ("Q", 26, 1), ("Y", 2998, 0), ("Y", 2998, 10_001)],
)
def test_what_makes_no_series_is_refused(letter: str, year: int, count: int) -> None:
    with pytest.raises(AssertionError):
        numbers.take(letter, year, count)


@pytest.mark.django_db(transaction=True)
def test_those_who_take_at_once_never_get_the_same() -> None:
    letter, year = "Z", 2999

    def taker(count: int) -> list[str]:
        try:
            return [number for _ in range(TIMES) for number in numbers.take(letter, year, count)]
        finally:
            connection.close()

    with ThreadPoolExecutor(TAKERS) as pool:
        taken = [
            number for numbers_of_one in pool.map(taker, range(1, TAKERS + 1)) for number in numbers_of_one
        ]
    assert sorted(taken) == [f"Z-2999-{number:06}" for number in range(1, len(taken) + 1)]
    assert len(taken) == TIMES * sum(range(1, TAKERS + 1))
