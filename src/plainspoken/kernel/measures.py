"""Named counts with an exact formula: a population, those of it that count, by unit, staff, channel, line and day.

A measure is a query of facts, one row a record. The roll-up sums the facts by day; every figure comes from
the roll-up and opens the records of the same facts, so two screens can never disagree.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

import structlog
from django.db import connection, transaction
from django.db.models import Count, DateField, Func, Model, Q, QuerySet, Sum, Value
from django.db.models.functions import NullIf

from plainspoken.kernel import clock, controls, drain, sums, together
from plainspoken.kernel.errors import Text
from plainspoken.kernel.models import MeasureDay, MeasureDirty

DIMENSIONS = ("unit_id", "staff_id", "channel", "line_id")
Dimension = Literal["day", "unit_id", "staff_id", "channel", "line_id"]
COLUMNS = "day, unit_id, staff_id, channel, line_id, population, counting"
FILL = f"""
    INSERT INTO kernel_measure_day (measure, {COLUMNS}) SELECT %s, {COLUMNS} FROM ({{counted}}) AS counted"""  # noqa: S608
# Without a join: what is nowhere (no unit, no line) would not be joined to itself.
DIFFERING = f"""
    SELECT DISTINCT day FROM (
        SELECT {COLUMNS} FROM ({{counted}}) AS counted UNION ALL
        SELECT day, unit_id, staff_id, channel, line_id, -population, -counting FROM kernel_measure_day
        WHERE measure = %s AND day BETWEEN %s AND %s
    ) AS both_counts
    WHERE day NOT IN (SELECT dirty.day FROM kernel_measure_dirty dirty WHERE dirty.measure = %s)
    GROUP BY day, unit_id, staff_id, channel, line_id
    HAVING sum(population) <> 0 OR sum(counting) <> 0 ORDER BY day"""  # noqa: S608
KEY = (
    "coalesce(unit_id, '00000000-0000-0000-0000-000000000000'),"
    " coalesce(staff_id, '00000000-0000-0000-0000-000000000000'), channel,"
    " coalesce(line_id, '00000000-0000-0000-0000-000000000000')"
)
# Only what has changed is written: of a thousand rows of a day, mostly one.
ROLL_UP = f"""
    WITH counted AS MATERIALIZED (SELECT {COLUMNS} FROM ({{counted}}) AS counted), gone AS (
        DELETE FROM kernel_measure_day
        WHERE measure = %s AND day = %s AND ({KEY}) NOT IN (SELECT {KEY} FROM counted)
    )
    INSERT INTO kernel_measure_day (measure, {COLUMNS})
    SELECT %s, {COLUMNS} FROM (
        SELECT {COLUMNS} FROM counted EXCEPT
        SELECT {COLUMNS} FROM kernel_measure_day WHERE measure = %s AND day = %s
    ) AS changed
    ON CONFLICT (measure, day, unit_id, staff_id, channel, line_id)
    DO UPDATE SET population = excluded.population, counting = excluded.counting"""  # noqa: S608
# Days are counted once for all that happened in them meanwhile.
DIRTY_ROWS = 5_000
ROLLING_LOCK = 24_226
EAST_MOST, WEST_MOST = timedelta(hours=14), timedelta(hours=12)
FIRST_DAY = date(2000, 1, 1)


class LocalDay(Func):
    """The day of a moment in a time zone that a column names: LocalDay("entity__time_zone", "at").

    Rows without a zone have no day. Joined out in the end, they may still be met on the way: PostgreSQL is free
    to ask for the day before it joins, and an empty zone would be an error.
    """

    function = "timezone"
    template = "(%(function)s(%(expressions)s))::date"
    output_field = DateField()

    def __init__(self, zone: str, moment: str) -> None:
        super().__init__(NullIf(zone, Value("")), moment)


@dataclass(frozen=True, slots=True)
class Measure:
    """`facts(since, until)` are the records whose moment lies in the half-open span (UTC).

    Each row has `record`, `day`, the four dimensions and `counts` (a boolean). `share` says whether the figure
    is counting out of population, or the population alone.
    """

    code: str
    label: Text
    formula: Text
    facts: Callable[[datetime, datetime], QuerySet[Any, Any]]
    share: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; `key` is the value of the dimension it was asked by, None for the whole."""

    key: Any
    population: int
    counting: int

    @property
    def share(self) -> float | None:
        """0 to 1; None when there is nothing to share."""
        return self.counting / self.population if self.population else None

    def plus(self, other: "Figure") -> "Figure":
        """Both together, under the key of this one."""
        return Figure(self.key, self.population + other.population, self.counting + other.counting)


log = structlog.get_logger()
measures: dict[str, Measure] = {}
_followers: dict[type[Model], list[Callable[[Any], None]]] = defaultdict(list)


def measure(
    code: str, label: Text, formula: Text, *, duties: Sequence[str], share: bool = True
) -> Callable[[Callable[[datetime, datetime], QuerySet[Any, Any]]], Measure]:
    """Make a query of facts a measure that serves the duties."""

    def decorate(facts: Callable[[datetime, datetime], QuerySet[Any, Any]]) -> Measure:
        assert code not in measures, f"two measures are called {code}"
        controls.register("measure", code, list(duties))
        measures[code] = Measure(code, label, formula, facts, share)
        return measures[code]

    return decorate


def touch(code: str, *moments: datetime | None) -> None:
    """Records at these moments have changed: their days are counted again. Call inside an action."""
    days = {(code, day) for moment in moments if moment for day in _days_at(moment)}
    if days:
        together.at_end(_note, sorted(days))


def _note(days: Sequence[tuple[str, date]]) -> None:
    MeasureDirty.objects.bulk_create(MeasureDirty(measure=code, day=day) for code, day in days)
    drain.wake("measures")


def follows(model: type[Model]) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Register what an upper slice touches when a record of a lower one has changed."""

    def decorate(follow: Callable[[Any], None]) -> Callable[[Any], None]:
        _followers[model].append(follow)
        return follow

    return decorate


def changed(record: Model) -> None:
    """The record has changed: those who follow its table touch their days. Call inside an action."""
    for follow in _followers[type(record)]:
        follow(record)


def _days_at(moment: datetime) -> set[date]:
    """The days it can be, somewhere on earth, at a moment."""
    return {(moment - WEST_MOST).date(), moment.date(), (moment + EAST_MOST).date()}


def figures(
    code: str, since: date, until: date, *, by: Dimension | None = None, only: Q | None = None
) -> list[Figure]:
    """The figures from the roll-up for days `since` to `until`, both included, in the order of their key.

    Not by a dimension there is one figure, even if nothing was counted.
    """
    found = figures_of([code], since, until, by=by, only=[only or Q()])[code]
    return found if by or found else [Figure(None, 0, 0)]


def figures_of(
    codes: Iterable[str], since: date, until: date, *, by: Dimension | None = None, only: Iterable[Q]
) -> dict[str, list[Figure]]:
    """As `figures`, of several measures at once, of rows that meet one of `only`, no two of which meet in a row."""
    found: dict[tuple[str, Any], Figure] = {}
    for some in only:
        dimensions = some.referenced_base_fields | ({by} if by else set())
        for rows in sums.parts(since, until, dimensions):
            for figure_of, figure in _summed(rows.filter(some, measure__in=list(codes)), by):
                before = found.get((figure_of, figure.key))
                found[figure_of, figure.key] = figure.plus(before) if before else figure
    return _by_measure(found)


def _summed(rows: QuerySet[Any, Any], by: Dimension | None) -> Iterator[tuple[str, Figure]]:
    keys = ("measure", by) if by else ("measure",)
    counts = rows.values_list(*keys).annotate(Sum("population"), Sum("counting")).order_by()
    for code, *key, population, counting in counts:
        if population:
            yield code, Figure(key[0] if by else None, population, counting)


def _by_measure(found: Mapping[tuple[str, Any], Figure]) -> dict[str, list[Figure]]:
    """In the order of the keys; what has none comes last."""
    by_measure: dict[str, list[Figure]] = defaultdict(list)
    for code, key in sorted(found, key=lambda one: (one[1] is None, one[1] if one[1] is not None else 0)):
        by_measure[code].append(found[code, key])
    return by_measure


def facts(code: str, since: date, until: date) -> QuerySet[Any, Any]:
    """The records behind the figures of those days."""
    start = datetime.combine(since, time(), UTC) - EAST_MOST
    end = datetime.combine(until + timedelta(days=1), time(), UTC) + WEST_MOST
    return measures[code].facts(start, end).filter(day__range=(since, until))


def recount(code: str, since: date, until: date) -> list[MeasureDay]:
    """What the roll-up of those days must be, counted from the records."""
    return [MeasureDay(measure=code, **row) for row in _grouped(code, since, until)]


def fill(since: date, until: date) -> None:
    """Write the roll-up of days that have none yet, all measures, within the database."""
    for code in measures:
        counted, values = _counted(code, since, until)
        with connection.cursor() as cursor:
            cursor.execute(FILL.format(counted=counted), [code, *values])


def differing(code: str, since: date, until: date) -> list[date]:
    """The days on which the roll-up is not what counting the records gives, and that nobody counts again anyway."""
    counted, values = _counted(code, since, until)
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING.format(counted=counted), [*values, code, since, until, code])
        return [day for (day,) in cursor.fetchall()]


def recheck() -> int:
    """Count everything again; what differs is counted anew and named in the log. How many days and tables did."""
    found = {code: differing(code, FIRST_DAY, clock.now().date() + timedelta(days=1)) for code in measures}
    for code, days in found.items():
        if days:
            log.error("measures.differ", measure=code, days=[day.isoformat() for day in days])
    with transaction.atomic():
        _note([(code, day) for code, days in found.items() for day in days])
    mended = sums.mend()
    for table in mended:
        log.error("measures.sums_differ", table=table)
    return sum(map(len, found.values())) + len(mended)


def _counted(code: str, since: date, until: date) -> tuple[str, tuple[Any, ...]]:
    """The statement of a recount, and its values."""
    return _grouped(code, since, until).query.sql_with_params()


def _grouped(code: str, since: date, until: date) -> QuerySet[Any, Any]:
    sums = {"population": Count("record"), "counting": Count("record", filter=Q(counts=True))}
    grouped: QuerySet[Any, Any] = (
        facts(code, since, until).order_by().values("day", *DIMENSIONS).annotate(**sums)
    )
    return grouped


class RollingUp:
    """By one worker at a time: two would wait for each other in every week."""

    def claim(self, limit: int) -> Sequence[MeasureDirty]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ROLLING_LOCK])
            free = cursor.fetchone()[0]
        return list(MeasureDirty.objects.order_by("id")[:limit]) if free else []

    def work(self, rows: Sequence[MeasureDirty]) -> None:
        days: dict[str, set[date]] = defaultdict(set)
        for row in rows:
            days[row.measure].add(row.day)
        for code in sorted(days):
            for day in sorted(days[code]):
                _roll_up(code, day)
        MeasureDirty.objects.filter(pk__in=[row.pk for row in rows]).delete()

    def stuck(self, row: MeasureDirty, error: Exception) -> None:
        """Left for the nightly recount, which names the difference; the log has the error."""
        row.delete()


def _roll_up(code: str, day: date) -> None:
    """Write what has changed of a day."""
    counted, values = _counted(code, day, day)
    with connection.cursor() as cursor:
        cursor.execute(ROLL_UP.format(counted=counted), [*values, code, day, code, code, day])


drain.register("measures", RollingUp(), rows=DIRTY_ROWS, rest=8)
