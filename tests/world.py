"""The small firm of `firm.toml`, and its people as actors and as browsers.

The first `firm()` of a process applies the file through actions; later ones copy the rows it made.
"""

import os
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Entry
from plainspoken.organization import actors, firmfile
from plainspoken.organization.models import Firm, Person, Unit

FILE = Path(__file__).parent / "firm.toml"
PASSWORD = "a quiet harbour at dawn"
FIRM = "organization_firm"
_rows: dict[str, bytes] = {}


def firm() -> Firm:
    """The firm, put into the database if it is not there."""
    if not Firm.objects.exclude(name_zh="").exists():
        _put()
    return Firm.objects.get()


def person(username: str) -> Person:
    return Person.objects.get(username=username)


def actor(username: str) -> Actor:
    """The person with what the posts held today allow."""
    return actors.now(person(username))


def client(username: str) -> Client:
    """A browser in which the person has signed in."""
    browser = Client()
    browser.force_login(person(username))
    return browser


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def entries(code: str, refusal: str = "") -> list[Entry]:
    """What the ledger holds of an action: the done ones, or those refused for this reason."""
    return list(Entry.objects.filter(code=code, refusal=refusal).order_by("at", "id"))


def _put() -> None:
    if _rows:
        _load()
        return
    filled = {table for table in _tables() if _filled(table)} - {FIRM}
    Firm.objects.get_or_create(defaults={"id": uuid7()})
    os.environ.setdefault("PLAINSPOKEN_SECRET_STAFF_PASSWORD", PASSWORD)
    firmfile.apply(FILE, by=firmfile.actor())
    _rows.update({table: _dump(table) for table in _tables() if table not in filled and _filled(table)})


def _load() -> None:
    """Rows written directly: the one place beside migrations that may."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {FIRM}")
        for table, rows in _rows.items():
            with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT BINARY)') as copy:
                copy.write(rows)


def _dump(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT BINARY)') as copy:
        return b"".join(copy)


def _filled(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
        return bool(cursor.fetchone()[0])


def _tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
