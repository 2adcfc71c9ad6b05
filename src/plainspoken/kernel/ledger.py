"""The append-only record: how an entry is put into canonical bytes, committed to and authenticated.

Hashed are codes, ids, numbers, times and states. A free text or personal value appears only as a
commitment SHA-256(salt || value); value and salt lie in the entry's opening.
"""

import hashlib
import json
import secrets as randomness
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import Model

from plainspoken.kernel import clock, crypto, writing
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Entry, Opening, Unsealed

BODY_VERSION = 1
SALT_BYTES = 16


class Code(str):
    """A string that is a code, not a text: it is hashed as it is."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Draft:
    """An entry that is being written: facts are hashed as they are, private values as commitments.

    A `passing` one is dropped when its action is done.
    """

    code: str
    subject: Model
    actor: Actor
    duties: tuple[str, ...] = ()
    cause: UUID | None = None
    refusal: str = ""
    passing: bool = False
    id: UUID = field(default_factory=uuid7)
    facts: dict[str, Any] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict)

    def record(self, values: Mapping[str, Any]) -> None:
        """Plain `str` is private; codes (enum members), ids, numbers, times and states are facts."""
        for name, value in values.items():
            if isinstance(value, str) and not isinstance(value, Enum | Code):
                self.private[name] = value
            else:
                self.facts[name] = fact(value)


def code_of(subject: Model | type[Model]) -> str:
    """The name a subject's table goes by in kernel tables, such as `cases.case`."""
    return subject._meta.label_lower


def write(drafts: list[Draft]) -> list[Entry]:
    """Append the entries, in one statement a table for any number, each with its opening and MAC."""
    made = [rows(draft, clock.now()) for draft in drafts]
    for of_one_table in zip(*made, strict=True):
        writing.insert_all(of_one_table)
    return [entry for entry, _opening, _unsealed in made]


def rows(draft: Draft, at: datetime) -> tuple[Entry, Opening, Unsealed]:
    """What an entry written at that moment consists of."""
    opened = {"actor_name": draft.actor.name, **draft.private}
    values = {name: [randomness.token_hex(SALT_BYTES), value] for name, value in opened.items()}
    columns = {
        "id": draft.id,
        "at": at,
        "code": draft.code,
        "refusal": draft.refusal,
        "subject_type": code_of(draft.subject),
        "subject_id": draft.subject.pk,
        "actor_kind": draft.actor.kind.value,
        "actor_id": draft.actor.id,
        "actor_post": draft.actor.post,
        "cause": draft.cause,
    }
    body = canonical(
        {
            "v": BODY_VERSION,
            "hash": "sha256",
            **{name: fact(value) for name, value in columns.items()},
            "duties": list(draft.duties),
            "facts": draft.facts,
            "commits": {name: commitment(salt, value) for name, (salt, value) in values.items()},
        }
    )
    entry = Entry(**columns, body=body, mac=crypto.mac(body))
    return entry, Opening(entry=entry, values=values), Unsealed(entry=entry)


def facts(body: bytes) -> dict[str, Any]:
    """The facts in an entry's canonical bytes."""
    return dict(json.loads(body)["facts"])


def canonical(value: dict[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8: equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commitment(salt: str, value: str) -> str:
    """SHA-256 over the salt's bytes followed by the value in UTF-8, in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()


def fact(value: Any) -> Any:
    """A value as it stands in the canonical bytes. Raises TypeError for one that has no place there."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | str():
            return value
        case UUID() | Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case Model():
            return str(value.pk)
        case list() | tuple() | frozenset() | set():
            return [fact(item) for item in value]
        case dict():
            return {str(name): fact(item) for name, item in value.items()}
    raise TypeError(f"{type(value).__name__} cannot stand in the ledger: name it in `unrecorded`.")
