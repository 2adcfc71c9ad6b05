"""Full-text search on PostgreSQL, exact for Chinese by bigrams; indexed by a drain a moment after.

A slice that has texts says with `texts` how to read them; `note` puts one on the list of the drain.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q, QuerySet

from plainspoken.kernel import drain, text, together
from plainspoken.kernel.models import SearchPending, SearchRow

TEXT_CHARACTERS_MAX = 50_000


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
