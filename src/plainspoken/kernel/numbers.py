"""Human numbers `Q-2026-000123`, one series for each kind and year. A number opens nothing."""

import re

from django.db import connection

DIGITS = 6
COUNT_MAX = 10_000
YEARS = range(2000, 10_000)


def take(letter: str, year: int, count: int = 1) -> list[str]:
    """The next `count` numbers of the kind's series of that year; two transactions never get the same.

    The series is locked until the transaction ends, so take late in it. What rolls back is given again; what
    is taken and not used is a gap.
    """
    assert re.fullmatch("[A-Z]", letter), letter
    assert year in YEARS, year
    assert 1 <= count <= COUNT_MAX, count
    series = f"{letter}-{year}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_number_series AS series (series, last) VALUES (%s, %s)"
            " ON CONFLICT (series) DO UPDATE SET last = series.last + EXCLUDED.last RETURNING last",
            [series, count],
        )
        row = cursor.fetchone()
    assert row
    return [f"{series}-{number:0{DIGITS}}" for number in range(row[0] - count + 1, row[0] + 1)]
