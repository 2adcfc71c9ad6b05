"""Rows that a batch makes or changes are written together, a statement a table; outside of a batch, each at once.

Whoever reads what the batch may have made or changed calls `written` first. A batch stands or falls as a whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import AutoField, Field, JSONField, Model
from psycopg.sql import SQL, Composed, Identifier

from plainspoken.kernel import bulk
from plainspoken.kernel.fields import EncryptedText

M = TypeVar("M", bound=Model)
AnyField: TypeAlias = "Field[Any, Any]"
COPIED_FROM = 5
"""So many rows are copied; fewer are quicker inserted."""
UPDATE = SQL(
    "UPDATE {table} AS old SET {sets} FROM unnest({arrays}) AS new ({columns}) WHERE old.{key} = new.{key}"
)
TRANSLATED = (EncryptedText, JSONField, ArrayField)
SHORT = {
    "timestamp with time zone": "timestamptz",
    "boolean": "bool",
    "smallint": "int2",
    "integer": "int4",
    "bigint": "int8",
    "double precision": "float8",
}


@dataclass(slots=True)
class _Batch:
    new: dict[type[Model], list[Model]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[int, tuple[Model, set[str]]] = field(default_factory=dict)
    held: dict[int, Model] = field(default_factory=dict)


_batch: ContextVar[_Batch | None] = ContextVar("batch", default=None)


@contextmanager
def in_a_batch(locked: Iterable[Model]) -> Iterator[None]:
    """Inside the block rows wait for each other; its end, unless it fails, writes them.

    The transaction has `locked` these rows as they are: an action upon one of them reads it no more.
    """
    token = _batch.set(_Batch(held={id(row): row for row in locked}))
    try:
        yield
        written()
    finally:
        _batch.reset(token)


def waiting() -> bool:
    """Whether a batch runs."""
    return _batch.get() is not None


def held(row: Model) -> bool:
    """Whether this very object is a row that the batch has made or locked, and stands for it."""
    batch = _batch.get()
    return batch is not None and id(row) in batch.held


def is_new(row: Model) -> bool:
    """Whether the row waits to be inserted: what it says may still be changed."""
    return held(row) and row._state.adding


def insert(row: M) -> M:
    """A new row."""
    batch = _batch.get()
    if batch is None:
        row.save(force_insert=True)
        return row
    batch.new[type(row)].append(row)
    batch.held[id(row)] = row
    return row


def update(row: Model, *names: str) -> None:
    """Columns of a row that is there have changed."""
    batch = _batch.get()
    if batch is None:
        row.save(update_fields=names)
    elif not is_new(row):
        batch.changed.setdefault(id(row), (row, set()))[1].update(names)


def written() -> None:
    """What the batch has made and changed so far is in the database."""
    batch = _batch.get()
    if batch is None:
        return
    for found in batch.new.values():
        insert_all(found)
    alike: dict[tuple[type[Model], tuple[str, ...]], list[Model]] = defaultdict(list)
    for row, changed in batch.changed.values():
        alike[type(row), tuple(sorted(changed))].append(row)
    for (model, names), rows in alike.items():
        _update(model, names, rows)
    batch.new.clear()
    batch.changed.clear()


def insert_all(found: Sequence[Model]) -> None:
    """New rows of one table."""
    if len(found) < COPIED_FROM:
        type(found[0])._default_manager.bulk_create(found)
    else:
        _copy(type(found[0]), found)


def _copy(model: type[Model], found: Sequence[Model]) -> None:
    fields = [one for one in model._meta.local_concrete_fields if not isinstance(one, AutoField)]
    values = ([_value(one, row) for one in fields] for row in found)
    bulk.copy(
        model._meta.db_table, [str(one.column) for one in fields], values, [_type(one) for one in fields]
    )
    for row in found:
        row._state.adding, row._state.db = False, connection.alias


def _update(model: type[Model], names: Sequence[str], found: Sequence[Model]) -> None:
    key = model._meta.pk
    fields = [key, *(one for one in model._meta.local_concrete_fields if one.name in names)]
    changed = UPDATE.format(
        table=Identifier(model._meta.db_table),
        sets=SQL(", ").join(SQL("{0} = new.{0}").format(_column(one)) for one in fields[1:]),
        arrays=SQL(", ").join(SQL("%s::" + _type(one) + "[]") for one in fields),
        columns=_columns(fields),
        key=_column(key),
    )
    with connection.cursor() as cursor:
        cursor.execute(changed, [[_value(one, row) for row in found] for one in fields])


def _columns(fields: Sequence[AnyField]) -> Composed:
    return SQL(", ").join(map(_column, fields))


def _column(one: AnyField) -> Identifier:
    assert one.column, one
    return Identifier(one.column)


def _type(one: AnyField) -> str:
    """As psycopg calls the type of a column."""
    name = one.rel_db_type(connection) if one.is_relation else one.db_type(connection)
    assert name
    plain, brackets = name.removesuffix("[]"), "[]" if name.endswith("[]") else ""
    plain = plain.partition("(")[0]
    return SHORT.get(plain, plain) + brackets


def _value(one: AnyField, row: Model) -> Any:
    """What the column gets; most fields need no translation."""
    value = getattr(row, one.attname)
    return one.get_db_prep_save(value, connection) if isinstance(one, TRANSLATED) else value
