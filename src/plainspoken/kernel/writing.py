"""Rows that a batch of a drain makes or changes, written together: a statement a table. Outside of a batch, each at once.

Whoever reads what the batch may have made or changed calls `written` first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection
from django.db.models import AutoField, Field, Model

M = TypeVar("M", bound=Model)
AnyField = Field[Any, Any]
COPIED_FROM = 5
"""So many rows are copied; fewer are quicker inserted."""
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
    depth: int
    new: dict[type[Model], list[Model]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[int, tuple[Model, set[str]]] = field(default_factory=dict)
    held: dict[int, Model] = field(default_factory=dict)


_batch: ContextVar[_Batch | None] = ContextVar("batch", default=None)


@contextmanager
def in_a_batch() -> Iterator[None]:
    """Inside the block rows wait for each other; its end, unless it fails, writes them."""
    token = _batch.set(_Batch(len(connection.savepoint_ids)))
    try:
        yield
        written()
    finally:
        _batch.reset(token)


@contextmanager
def at_once() -> Iterator[None]:
    """Inside the block each row is written at once, as outside of a batch."""
    written()
    token = _batch.set(None)
    try:
        yield
    finally:
        _batch.reset(token)


def waiting() -> bool:
    """Whether a batch runs that is written, or fails, as a whole."""
    return _batch.get() is not None


def stands_with_the_batch() -> bool:
    """Whether what the outermost action does, in its one savepoint, is undone only together with the whole batch."""
    batch = _batch.get()
    return batch is not None and len(connection.savepoint_ids) == batch.depth + 1


def hold(claimed: Iterable[Model]) -> None:
    """The batch has locked these rows as they are: an action upon one of them reads it no more."""
    if batch := _batch.get():
        batch.held |= {id(row): row for row in claimed}


def held(row: Model) -> bool:
    """Whether this very object is a row that the batch has made or locked, and stands for it."""
    batch = _batch.get()
    return batch is not None and id(row) in batch.held


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
    else:
        batch.changed.setdefault(id(row), (row, set()))[1].update(names)


def written() -> None:
    """What the batch has made and changed so far is in the database."""
    batch = _batch.get()
    if batch is None:
        return
    for found in batch.new.values():
        insert_all(found)
    kinds: dict[tuple[type[Model], tuple[str, ...]], list[Model]] = defaultdict(list)
    for row, names in batch.changed.values():
        kinds[type(row), tuple(sorted(names))].append(row)
    for (model, names), found in kinds.items():
        _update(model, names, found)
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
    names = ", ".join(f'"{one.column}"' for one in fields)
    copied = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN (FORMAT BINARY)'
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(copied) as copy:
        copy.set_types([_type(one) for one in fields])
        for row in found:
            copy.write_row([_value(one, row) for one in fields])
            row._state.adding, row._state.db = False, connection.alias


def _update(model: type[Model], names: Sequence[str], found: Sequence[Model]) -> None:
    key, *fields = [model._meta.pk, *(model._meta.get_field(name) for name in names)]
    sets = ", ".join(f'"{one.column}" = new."{one.column}"' for one in fields)
    columns = ", ".join(f'"{one.column}"' for one in (key, *fields))
    arrays = ", ".join(f"%s::{_type(one)}[]" for one in (key, *fields))
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" AS old SET {sets} FROM unnest({arrays}) AS new ({columns})'
            f' WHERE old."{key.column}" = new."{key.column}"',
            [[_value(one, row) for row in found] for one in (key, *fields)],
        )


def _type(one: AnyField) -> str:
    """As psycopg calls the type of a column."""
    name = one.rel_db_type(connection) if one.is_relation else one.db_type(connection)
    assert name
    plain, brackets = name.removesuffix("[]"), "[]" if name.endswith("[]") else ""
    plain = plain.partition("(")[0]
    return SHORT.get(plain, plain) + brackets


def _value(one: AnyField, row: Model) -> Any:
    return one.get_db_prep_save(one.pre_save(row, add=True), connection)
