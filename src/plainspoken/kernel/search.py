"""Full-text search on PostgreSQL, exact for Chinese by bigrams; indexed by a drain a moment after.

A slice that has texts says with `texts` how to read them; `note` puts one on the list of the drain.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from plainspoken.kernel import clock, drain, patterns, text, together
from plainspoken.kernel.models import SearchPending, SearchRow
from plainspoken.kernel.models.search import WEEK_SECONDS, Weeks
from plainspoken.kernel.patterns import Statement

TEXT_CHARACTERS_MAX = 50_000
WEEKS_LOOKED_AT = (1, 4, 13, 52)
"""So many weeks are looked through first, and only where they have too few rows the next, and at last all others."""


@dataclass(frozen=True, slots=True)
class Text:
    id: UUID
    parent: UUID
    units: tuple[UUID, ...]
    at: datetime
    text: str


_readers: list[Callable[[list[UUID]], list[Text]]] = []


def texts(reader: Callable[[list[UUID]], list[Text]]) -> Callable[[list[UUID]], list[Text]]:
    """Register how the texts of some ids are read."""
    _readers.append(reader)
    return reader


def note(*ids: UUID) -> None:
    """These texts are new or seen by other units now: they are to be indexed when the transaction commits."""
    together.at_end(_list, ids)


def _list(ids: Sequence[UUID]) -> None:
    SearchPending.objects.bulk_create(SearchPending(text_id=key) for key in ids)
    drain.wake("search")


def find(words: str) -> QuerySet[SearchRow]:
    """The rows with all the words, newest first; who may see them is the caller's to narrow. None for no words."""
    said = saying(words)
    return newest(said) if said else SearchRow.objects.none()


def saying(words: str) -> Q | None:
    """The condition of a row that has all the words; None where they are no words that can be looked for."""
    query = text.query(words)
    if not query:
        return None
    said = Q(tokens=SearchQuery(query.tsquery(), config="simple", search_type="raw"))
    for phrase in query.phrases:
        said &= Q(text__contains=phrase)
    return said


def newest(*conditions: Q) -> QuerySet[SearchRow]:
    """The rows under these conditions, newest first."""
    return SearchRow.objects.filter(*conditions).order_by("-at", "-id")


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose rows are looked for: those of `units`, of all where it is None; and those of the parents `elsewhere`."""

    units: Sequence[UUID] | None
    elsewhere: QuerySet[Any, Any] | None = None

    @property
    def of_units(self) -> Q:
        return Q() if self.units is None else Q(units__overlap=list(self.units))


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment until before another; `weeks` are those it consists of, where an index is to find them."""

    since: datetime | None = None
    until: datetime | None = None
    weeks: Sequence[int] = ()

    @property
    def rows(self) -> Q:
        """Before a moment lies nearly everything: an index of moments is no help, and PostgreSQL is kept from it."""
        if self.weeks:
            return Q(weeks__overlap=list(self.weeks))
        return Q(at__gte=self.since) if self.since else Q(moment__lt=self.until)


def looked_through(
    said: Q, sight: Sight, *, since: datetime | None, forward: bool, count: int
) -> QuerySet[SearchRow]:
    """The first `count` rows that say it, in no order: going back in time from `since` (now), or forward.

    The weeks near to it are looked through first. Left to itself PostgreSQL walks through all rows by time where a word
    is rarer than it believes, and gathers hundreds of thousands of rows where it is more common.
    """
    order = "at ASC, id ASC" if forward else "at DESC, id DESC"
    parts = list(_elsewhere(said, sight))
    tables, values = [f"own (id, at) AS MATERIALIZED ({one.sql})" for one in parts], [*_values(parts)]
    pieces, places = [], []
    for number, span in enumerate(_spans(since or clock.now(), forward, whole=since is None)):
        near = patterns.written(_rows(said & sight.of_units & span.rows))
        tables.append(f"near{number} (id, at) AS MATERIALIZED ({near.sql})")
        values += near.values
        both = f"SELECT id, at FROM near{number}"  # noqa: S608
        if parts:
            both += " UNION ALL SELECT id, at FROM own WHERE at >= %s AND at < %s"
            places += [span.since or "-infinity", span.until or "infinity"]
        pieces.append(f"(SELECT id, at FROM ({both}) AS both_of_them ORDER BY {order} LIMIT {count})")  # noqa: S608
    chosen = f"SELECT id FROM ({' UNION ALL '.join(pieces)} LIMIT {count}) AS found"  # noqa: S608
    return SearchRow.objects.filter(pk__in=RawSQL(f"WITH {', '.join(tables)} {chosen}", [*values, *places]))  # noqa: S611


def _rows(said: Q) -> QuerySet[Any, Any]:
    moment = ExpressionWrapper(F("at") + timedelta(0), DateTimeField())
    return SearchRow.objects.alias(weeks=Weeks("at"), moment=moment).filter(said).values_list("pk", "at")


def _values(statements: Iterable[Statement]) -> Iterator[Any]:
    return (value for one in statements for value in one.values)


def _elsewhere(said: Q, sight: Sight) -> Iterator[Statement]:
    """The rows of few parents, each looked up by itself."""
    if sight.elsewhere is None:
        return
    parents = patterns.written(sight.elsewhere.distinct())
    of_one = patterns.written(_rows(said & ~sight.of_units & Q(parent_id=RawSQL("parents.id", []))))
    if parents.sql:
        yield Statement(
            f"SELECT one.* FROM ({parents.sql}) AS parents (id) CROSS JOIN LATERAL ({of_one.sql}) AS one",  # noqa: S608
            (*parents.values, *of_one.values),
        )


def _spans(start: datetime, forward: bool, *, whole: bool) -> Iterator[Span]:
    """The weeks from `start`, going away from it, then all that is left; `whole`: what is still to come goes first."""
    week, way = int(start.timestamp()) // WEEK_SECONDS, 1 if forward else -1
    if whole:
        yield Span(since=_begins(week + 1))
    before = 0
    for after in WEEKS_LOOKED_AT:
        weeks = sorted(week + way * one for one in range(before, after))
        yield Span(_begins(weeks[0]), _begins(weeks[-1] + 1), weeks)
        before = after
    yield Span(since=_begins(week + before)) if forward else Span(until=_begins(week - before + 1))


def _begins(week: int) -> datetime:
    return datetime.fromtimestamp(week * WEEK_SECONDS, UTC)


class Indexing:
    def claim(self, limit: int) -> Sequence[SearchPending]:
        return list(SearchPending.objects.order_by("id").select_for_update(skip_locked=True)[:limit])

    def work(self, rows: Sequence[SearchPending]) -> None:
        ids = list(dict.fromkeys(row.text_id for row in rows))
        for reader in _readers:
            _write(reader(ids))
        SearchPending.objects.filter(pk__in=[row.pk for row in rows]).delete()

    def stuck(self, row: SearchPending, error: Exception) -> None:
        """Left out of the search; the text itself is untouched and the log says so."""
        row.delete()


def _write(found: list[Text]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO kernel_search (id, parent_id, units, at, text, tokens)"
            " VALUES (%s, %s, %s, %s, %s, array_to_tsvector(%s))"
            " ON CONFLICT (id) DO UPDATE SET units = EXCLUDED.units, text = EXCLUDED.text, tokens = EXCLUDED.tokens",
            [_row(one) for one in found],
        )


def _row(one: Text) -> tuple[Any, ...]:
    plain = text.normalise(one.text[:TEXT_CHARACTERS_MAX])
    return (one.id, one.parent, list(one.units), one.at, plain, sorted(set(text.tokens(plain))))


drain.register("search", Indexing())
