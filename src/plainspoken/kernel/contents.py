"""What an entry of the ledger says: its canonical bytes, its columns and its opening, compared by the thousand.

Read without models, because there are millions: a row of a model costs more than its hashes.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from plainspoken.kernel import crypto, ledger, merkle, sealing

COLUMNS = (
    "id",
    "at",
    "code",
    "refusal",
    "subject_type",
    "subject_id",
    "actor_kind",
    "actor_id",
    "actor_post",
    "cause",
)
IDS = {"id", "subject_id", "actor_id", "cause"}
CONTENT = ", ".join(
    [
        "e.id",
        "e.body",
        "e.mac",
        "o.values::text",
        *(f"e.{one}::text" if one in IDS else f"e.{one}" for one in COLUMNS),
    ]
)
ENTRY = "kernel_ledger_entry e LEFT JOIN kernel_ledger_opening o ON o.entry_id = e.id"
OF_SEALS = f"""
    SELECT s.number, s.entry_id, s.leaf, s.mac, {CONTENT} FROM kernel_ledger_seal s
    LEFT JOIN ({ENTRY}) ON e.id = s.entry_id
    WHERE s.number > %s AND s.number <= %s ORDER BY s.number LIMIT %s"""  # noqa: S608
WITHOUT_SEAL = f"""
    SELECT EXISTS (SELECT FROM kernel_ledger_unsealed u WHERE u.entry_id = e.id), {CONTENT} FROM {ENTRY}
    WHERE NOT EXISTS (SELECT FROM kernel_ledger_seal s WHERE s.entry_id = e.id)
    AND e.at >= COALESCE(%s, '-infinity'::timestamptz) ORDER BY e.at, e.id"""  # noqa: S608


class Bad(Exception):
    """A row that is not what it was, and the code of what is wrong with it."""

    def __init__(self, row: object, what: str) -> None:
        super().__init__(what)
        self.row, self.what = str(row), what


class Seal(NamedTuple):
    number: int
    entry: UUID
    leaf: bytes
    mac: bytes


class Content(NamedTuple):
    """`opening` is JSON, None where there is none; `columns` in the order of COLUMNS, ids as text."""

    entry: UUID
    body: bytes
    mac: bytes
    opening: str | None
    columns: list[Any]


Sealed = tuple[Seal, Content | None]


def sealed(after: int, until: int, limit: int) -> list[Sealed]:
    """Up to `limit` seals with numbers beyond `after`, each with its entry, None for one that is gone."""
    with connection.cursor() as cursor:
        cursor.execute(OF_SEALS, [after, until, limit])
        return [(Seal._make(row[:4]), _content(row[4:]) if row[4] else None) for row in cursor.fetchall()]


def unsealed(since: datetime | None) -> Iterator[tuple[bool, Content]]:
    """Entries without a seal, and whether each waits for the sealer."""
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_SEAL, [since])
        for row in cursor:
            yield row[0], _content(row[1:])


def checker() -> Callable[[Seal, Content | None], None]:
    """What checks a seal and its entry; raises Bad."""
    check_seal, check_content = seal_checker(), content_checker()

    def check(seal: Seal, content: Content | None) -> None:
        check_seal(seal)
        if content is None:
            raise Bad(f"entry {seal.entry}", "entry_missing")
        if merkle.leaf_hash(content.body) != seal.leaf:
            raise Bad(f"entry {seal.entry}", "body_changed")
        check_content(content)

    return check


def seal_checker() -> Callable[[Seal], None]:
    """What checks the MAC of a seal; raises Bad."""
    ours = crypto.mac_checker()

    def check(seal: Seal) -> None:
        if not ours(sealing.sealed_bytes(seal.number, seal.entry, seal.leaf), seal.mac):
            raise Bad(f"seal {seal.number}, entry {seal.entry}", "seal_not_ours")

    return check


def content_checker() -> Callable[[Content], None]:
    """What checks the MAC, the columns and the opening of one entry against its canonical bytes; raises Bad."""
    ours, read = crypto.mac_checker(), json.JSONDecoder().decode

    def check(content: Content) -> None:
        if not ours(content.body, content.mac):
            raise Bad(f"entry {content.entry}", "not_ours")
        said: dict[str, Any] = read(content.body.decode())
        for name, value in zip(COLUMNS, content.columns, strict=True):
            if value != said[name] and ledger.fact(value) != said[name]:
                raise Bad(f"entry {content.entry}", f"column_changed:{name}")
        if content.opening is None:
            raise Bad(f"opening {content.entry}", "opening_missing")
        if _commitments(read(content.opening)) != said["commits"]:
            raise Bad(f"opening {content.entry}", "opening_changed")

    return check


def _content(row: tuple[Any, ...]) -> Content:
    entry, body, mac, opening, *columns = row
    return Content(entry, body, mac, opening, columns)


def _commitments(values: Any) -> Mapping[str, str] | None:
    """What the values of an opening are committed to by; None when they have lost their shape."""
    try:
        return {name: ledger.commitment(salt, value) for name, (salt, value) in values.items()}
    except (AttributeError, TypeError, ValueError):
        return None
