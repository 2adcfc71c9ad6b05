"""Human numbers `Q-2026-000123`, one series a kind and year."""

from django.db import connection

DIGITS = 6


def take(letter: str, year: int, count: int = 1) -> list[str]:
    """The next `count` numbers of the series; two transactions never get the same."""
    series = f"{letter}-{year}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_number_series (series, last) VALUES (%s, %s)"
            " ON CONFLICT (series) DO UPDATE SET last = kernel_number_series.last + EXCLUDED.last RETURNING last",
            [series, count],
        )
        row = cursor.fetchone()
    assert row
    return [f"{series}-{number:0{DIGITS}}" for number in range(row[0] - count + 1, row[0] + 1)]
