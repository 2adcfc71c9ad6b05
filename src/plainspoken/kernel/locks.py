"""Locks between processes that end with the process that holds them: PostgreSQL's advisory locks of a session."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection


@contextmanager
def held(key: UUID) -> Iterator[bool]:
    """Inside the block: whether this connection holds the lock; False when another has it. Never waits."""
    number = int.from_bytes(key.bytes[-8:], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        row = cursor.fetchone()
        mine = bool(row and row[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
