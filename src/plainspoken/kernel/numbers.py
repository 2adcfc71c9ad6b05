"""Human numbers `Q-2026-000123`, one series for each kind and year. A number opens nothing."""

import re

from django.db import connection, transaction

DIGITS = 6
COUNT_MAX = 10_000
YEARS = range(2000, 10_000)


def take(letter: str, year: int, count: int = 1) -> list[str]:
    """The next `count` numbers of the kind's series of that year; nobody else ever gets them.

    Nobody waits for who took some, so what rolls back leaves a gap.
    """
    assert 1 <= count <= COUNT_MAX, count
    series = _series(letter, year)
    found = _next(series, count)
    if not found:
        _begin(series)
        found = _next(series, count)
    return [f"{letter}-{year}-{number:0{DIGITS}}" for number in found]


def go_on_after(letter: str, year: int, last: int) -> None:
    """For loading tools: numbers up to `last` are given away."""
    series = _series(letter, year)
    _begin(series)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(%s::text::regclass, %s)", [series, last])


def _series(letter: str, year: int) -> str:
    """The PostgreSQL sequence that counts."""
    assert re.fullmatch("[A-Z]", letter), letter
    assert year in YEARS, year
    return f"kernel_number_{letter.lower()}_{year}"


def _next(series: str, count: int) -> list[int]:
    """None where the series has not begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s::text::regclass) FROM generate_series(1, %s) WHERE to_regclass(%s) IS NOT NULL",
            [series, count, series],
        )
        return [number for (number,) in cursor.fetchall()]


def _begin(series: str) -> None:
    """Two who begin it at once wait for each other, and the second finds it there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [series])
        cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {series}")
