"""Where a question to the roll-up is answered with the fewest rows.

A row of the roll-up is nearly as fine as a case: a quarter of a large firm has hundreds of thousands. Two smaller
tables hold what most questions are about, all dimensions without staff, and staff by the week. PostgreSQL keeps them in
the same transaction (migration `0006_sums_kept`), so they are never of another moment; `recheck` looks that it does.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from plainspoken.kernel.models import MeasureDay, MeasureStaffWeek, MeasureUnitDay

DAY = timedelta(days=1)
MONDAY = "day - (extract(isodow FROM day)::int - 1)"
KEPT = {
    "kernel_measure_unit_day": "measure, day, unit_id, channel, line_id",
    "kernel_measure_staff_week": "measure, week, unit_id, staff_id",
}
COUNTED = f"(SELECT *, {MONDAY} AS week FROM kernel_measure_day) AS counted"  # noqa: S608
DIFFERING = """
    SELECT count(*) FROM (
        SELECT {keys} FROM (
            SELECT {keys}, population, counting FROM {table} UNION ALL
            SELECT {keys}, -population, -counting FROM {counted}
        ) AS both_sums GROUP BY {keys} HAVING sum(population) <> 0 OR sum(counting) <> 0
    ) AS differing"""
FILL = """
    DELETE FROM {table};
    INSERT INTO {table} ({keys}, population, counting)
    SELECT {keys}, sum(population), sum(counting) FROM {counted} GROUP BY {keys}"""


def parts(since: date, until: date, dimensions: set[str]) -> Iterator[QuerySet[Any, Any]]:
    """Rows that together are the roll-up of those days, as far as these dimensions can tell them apart."""
    if "staff_id" not in dimensions:
        yield MeasureUnitDay.objects.filter(day__range=(since, until))
        return
    monday, end = _monday_from(since), _monday_from(until - 6 * DAY)
    if not dimensions <= {"staff_id", "unit_id"} or end <= monday:
        yield MeasureDay.objects.filter(day__range=(since, until))
        return
    yield MeasureStaffWeek.objects.filter(week__gte=monday, week__lt=end)
    yield MeasureDay.objects.filter(day__gte=since, day__lt=monday)
    yield MeasureDay.objects.filter(day__gte=end, day__lte=until)


def _monday_from(day: date) -> date:
    """The first Monday that is not before the day."""
    return day + timedelta(days=-day.weekday() % 7)


def differing() -> list[str]:
    """The tables that say something else than the roll-up."""
    return [table for table in KEPT if _differs(table)]


def mend() -> list[str]:
    """The tables whose sums were not those of the roll-up, which somebody must have changed by hand; they are now."""
    found = differing()
    for table in found:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE kernel_measure_day IN SHARE MODE")
            cursor.execute(FILL.format(table=table, keys=KEPT[table], counted=COUNTED))
    return found


def _differs(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING.format(table=table, keys=KEPT[table], counted=COUNTED))
        return bool(cursor.fetchone()[0])
