"""Waking screens: when an action commits, those it concerns hear what has changed, by code and id.

A notice travels by NOTIFY and holds no name and no text: a browser that hears it fetches what it shows through
the usual door. A slice says with `place` what on a screen an entry is about, and with `audience` whom that
concerns; upper slices may add to both. Nobody named in an exclusion is told even the id.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection
from django.db.models import Model

from plainspoken.kernel import ledger
from plainspoken.kernel.actor import Actor

CHANNEL = "live"
PRESENCE = "kernel.presence"
GAP = "kernel.gap"
# PostgreSQL takes less than 8,000 bytes a notice.
NOTICE_BYTES_MAX = 7_900
NOBODY_KNOWS = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom something concerns: members of units, single people, or everybody; never those it is kept from."""

    units: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()
    never: frozenset[UUID] = frozenset()
    everybody: bool = False

    def __or__(self, other: "Audience") -> "Audience":
        return Audience(
            self.units | other.units,
            self.people | other.people,
            self.never | other.never,
            self.everybody or other.everybody,
        )

    def has(self, actor: Actor) -> bool:
        if actor.id in self.never:
            return False
        of_units = bool(self.units) and (actor.sees_all or bool(self.units & actor.units))
        return self.everybody or of_units or actor.id in self.people


@dataclass(frozen=True, slots=True)
class Notice:
    """`subject` is the name of a table, as in the ledger, or one of the words above."""

    subject: str
    id: UUID
    audience: Audience = Audience()

    def packed(self) -> str:
        """As it travels; one that concerns too many to name becomes word to everybody to look anew."""
        sets = [
            sorted(map(str, one)) for one in (self.audience.units, self.audience.people, self.audience.never)
        ]
        packed = json.dumps([self.subject, str(self.id), *sets, self.audience.everybody])
        if len(packed) <= NOTICE_BYTES_MAX:
            return packed
        return Notice(GAP, NOBODY_KNOWS, Audience(everybody=True)).packed()

    @classmethod
    def unpacked(cls, packed: str) -> "Notice":
        subject, key, *sets, everybody = json.loads(packed)
        units, people, never = (frozenset(map(UUID, one)) for one in sets)
        return cls(subject, UUID(key), Audience(units, people, never, everybody))


Key: TypeAlias = tuple[type[Model], UUID]
Place: TypeAlias = Callable[[ledger.Draft], Key | None]
Audiences: TypeAlias = Callable[[set[UUID]], dict[UUID, Audience]]
_places: dict[type[Model], list[Place]] = defaultdict(list)
_audiences: dict[type[Model], list[Audiences]] = defaultdict(list)


def place(model: type[Model], shown: Place) -> None:
    """Say what on a screen an entry about a row of the table is about; None when no screen shows it."""
    _places[model].append(shown)


def audience(model: type[Model], concerned: Audiences) -> None:
    """Say whom rows of the table concern, in one query for all of them."""
    _audiences[model].append(concerned)


def tell(drafts: Iterable[ledger.Draft]) -> None:
    """What these entries changed is told when the transaction commits, each thing once."""
    changed: dict[type[Model], set[UUID]] = defaultdict(set)
    for draft in drafts:
        for shown in _places.get(type(draft.subject), ()):
            if key := shown(draft):
                changed[key[0]].add(key[1])
    send(notice for model, ids in changed.items() for notice in notices(model, ids))


def send(notices: Iterable[Notice]) -> None:
    """Tell it when this transaction commits."""
    if packed := sorted({notice.packed() for notice in notices}):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, one) FROM unnest(%s::text[]) AS one", [CHANNEL, packed])


def notices(model: type[Model], ids: set[UUID]) -> Iterable[Notice]:
    """Word that these rows have changed, with whom each concerns."""
    found = [concerned(ids) for concerned in _audiences[model]]
    for key in ids:
        concerned = reduce(or_, (one[key] for one in found if key in one), Audience())
        yield Notice(ledger.code_of(model), key, concerned)


def fact(draft: ledger.Draft, name: str) -> UUID | None:
    """An id among the facts of an entry."""
    found: Any = draft.facts.get(name)
    return UUID(found) if found else None
