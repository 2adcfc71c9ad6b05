"""The measured database: made for one size and one schema, known by a mark of its own, and refused without it."""

import hashlib
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from plainspoken.config.errors import CannotStart
from plainspoken.kernel import crypto

HERE = Path(__file__).parent
MARK = "bench_filled"
WHAT_FILLS = (
    "words.toml",
    "words.py",
    "people.py",
    "moments.py",
    "tales.py",
    "letters.py",
    "mails.py",
    "traces.py",
    "firm.py",
    "filling.py",
)


def is_filled(size: int) -> bool:
    """Whether it holds the firm of this size as the schema and the generator are now.

    Raises CannotStart for a database that is neither empty nor ours.
    """
    tables = connection.introspection.table_names()
    if tables and MARK not in tables:
        raise CannotStart(
            "This database is not empty and was not made by the benchmarks, which would overwrite it. "
            "Set DATABASE_URL to an empty one, or unset it."
        )
    return bool(tables) and _mark() == (size, _version())


def was_filled(size: int) -> bool:
    """Whether a firm of this size was filled, by whatever generator and in whatever schema."""
    return MARK in connection.introspection.table_names() and _mark()[0] == size


def renew(size: int) -> None:
    """Bring it to the schema of today and call it filled."""
    call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    mark(size)


def empty() -> None:
    """Take everything away. Call after `is_filled`, which refuses what is not ours."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        _make_mark(0)


def mark(size: int) -> None:
    """From now on it is filled."""
    _make_mark(size)


def vacuum() -> None:
    """Statistics and visibility as a database has them that autovacuum has kept for long."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _make_mark(size: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {MARK} (size bigint, version text)")
        cursor.execute(f"DELETE FROM {MARK}")
        cursor.execute(f"INSERT INTO {MARK} VALUES (%s, %s)", [size, _version()])


def _mark() -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT size, version FROM {MARK}")
        row: tuple[int, str] = cursor.fetchone()
    return row


def _version() -> str:
    """Changes with the migrations, the generator, and the keys of the home."""
    migrations = sorted(map(str, MigrationLoader(None).disk_migrations))
    parts = [*migrations, crypto.signing_key_id(), *((HERE / name).read_text() for name in WHAT_FILLS)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
