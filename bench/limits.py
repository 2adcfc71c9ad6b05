"""The bare limit of what commits: a psycopg program that writes the same rows, one message a transaction."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg

from plainspoken.config import embedded, environment
from plainspoken.kernel import ids

Connection = psycopg.Connection[Any]
Row = dict[str, str | None]
STORED = {
    "kernel_blob": 1,
    "channels_raw": 1,
    "kernel_ledger_entry": 1,
    "kernel_ledger_opening": 1,
    "kernel_ledger_unsealed": 1,
}
"""The rows of a message that has been stored, by table."""
INTAKE = {
    "channels_seen": 1,
    "customers_customer": 1,
    "customers_contactpoint": 1,
    "conversations_conversation": 1,
    "conversations_conversationunit": 1,
    "conversations_participant": 1,
    "conversations_message": 1,
    "cases_case": 1,
    "kernel_deadline": 1,
    "kernel_ledger_entry": 5,
    "kernel_ledger_opening": 5,
    "kernel_ledger_unsealed": 5,
    "kernel_delivery": 1,
    "kernel_search_pending": 1,
    "kernel_measure_dirty": 4,
}
"""The rows of a message that has become a case of somebody new, by table."""


INVENTED: dict[str, Row] = {
    "kernel_ledger_unsealed": {"entry_id": "uuid"},
    "kernel_search_pending": {"text_id": "uuid"},
    "kernel_measure_dirty": {"measure": "cases.received", "day": "2026-01-01"},
}
"""What stands in tables that are emptied as soon as they are filled."""


def commits(writers: int, rows: dict[str, int], messages: int) -> float:
    """Messages a second: so many connections insert such rows into tables like ours, with their indexes."""
    address = os.environ.get("DATABASE_URL") or embedded.url(environment.home())
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS bench_limit CASCADE")
        connection.execute("CREATE SCHEMA bench_limit")
        for table in rows:
            connection.execute(f"CREATE TABLE bench_limit.{table} (LIKE public.{table} INCLUDING ALL)")
        like = {table: INVENTED.get(table) or _newest(connection, table) for table in rows}
        began = time.perf_counter()
        with ThreadPoolExecutor(writers) as threads:
            list(threads.map(lambda _: _write(address, rows, like, messages), range(writers)))
        seconds = time.perf_counter() - began
        connection.execute("DROP SCHEMA bench_limit CASCADE")
    return writers * messages / seconds


def _newest(connection: Connection, table: str) -> Row:
    """Its last row as texts, without a key that counts up by itself."""
    columns = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND data_type <> 'bigint' OR table_name = %s AND column_name = 'size'",
        [table, table],
    ).fetchall()
    names = [name for (name,) in columns]
    texts = ", ".join(f'"{name}"::text' for name in names)
    row = connection.execute(f"SELECT {texts} FROM public.{table} ORDER BY 1 DESC LIMIT 1").fetchone()
    assert row, f"{table} is empty: there is nothing to write the like of."
    return dict(zip(names, row, strict=True))


def _write(address: str, rows: dict[str, int], like: dict[str, Row], messages: int) -> None:
    with psycopg.connect(address) as connection:
        for _ in range(messages):
            for table, count in rows.items():
                _insert(connection, table, [_fresh(like[table]) for _ in range(count)])
            connection.commit()


def _insert(connection: Connection, table: str, rows: list[Row]) -> None:
    names = ", ".join(f'"{name}"' for name in rows[0])
    marks = ", ".join([f"({', '.join(['%s'] * len(rows[0]))})"] * len(rows))
    values = [value for row in rows for value in row.values()]
    connection.execute(f"INSERT INTO bench_limit.{table} ({names}) VALUES {marks}", values)


def _fresh(row: Row) -> Row:
    """The same with keys, contents and numbers of its own."""
    return {name: _other(name, value) for name, value in row.items()}


def _other(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    if name == "number" and value:
        return uuid4().hex[:20]
    if value == "uuid" or ids.is_uuid(value):
        return str(uuid4())
    if value.startswith("\\x"):
        return "\\x" + os.urandom((len(value) - 2) // 2).hex()
    return value
