"""Tables without their indexes, keys and triggers while they are filled: made again at once, each is much cheaper."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, models

MAKERS = 2
MEMORY = "512MB"
# Foreign keys go first and come last: they need the other side's key.
CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype = 'f'
    FROM pg_constraint WHERE contype IN ('f', 'p', 'u') AND (conrelid = ANY(%s::regclass[])
      OR contype = 'f' AND confrelid = ANY(%s::regclass[])) ORDER BY contype = 'f' DESC, conname"""
INDEXES = """
    SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"""


@contextmanager
def tables(filled: Iterable[type[models.Model]]) -> Iterator[None]:
    """Inside the block the tables have neither indexes nor keys, and their triggers do not run."""
    names = [model._meta.db_table for model in filled]
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS, [names, names])
        constraints = cursor.fetchall()
        cursor.execute(INDEXES, [names])
        indexes = cursor.fetchall()
        for table, name, _, _ in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for _, name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for name in names:
            cursor.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER, SET (autovacuum_enabled = off)')
    yield
    keys = [
        (table, f"ADD CONSTRAINT {name} {made}") for table, name, made, foreign in constraints if not foreign
    ]
    _at_once([f"ALTER TABLE {table} {made}" for table, made in keys] + [made for _, _, made in indexes])
    foreign = [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}" for table, name, made, far in constraints if far
    ]
    _at_once(
        foreign + [f'ALTER TABLE "{name}" ENABLE TRIGGER USER, RESET (autovacuum_enabled)' for name in names]
    )


def _at_once(statements: list[str]) -> None:
    """By several connections; those that need the same table wait for each other."""
    with ThreadPoolExecutor(MAKERS, initializer=_prepare) as threads:
        list(threads.map(_run, statements))
        list(threads.map(lambda _: connection.close(), range(MAKERS * 4)))


def _prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET maintenance_work_mem = '{MEMORY}'")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
