"""The lines of the list of cases: which stand on a page, found in the order of an index, and what each shows."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject, Left

from plainspoken.cases.models import NEVER, Case, Tagging
from plainspoken.conversations.models import Message
from plainspoken.desk import words
from plainspoken.kernel import access, patterns
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.models import Read
from plainspoken.kernel.patterns import Statement
from plainspoken.ui.tables import Look

SNIPPET_CHARACTERS = 120
UNITS_APART_MAX = 24
ASKED_UNIT = RawSQL("asked.unit", [])
EACH_UNIT = "SELECT part.* FROM unnest(%s::uuid[]) AS asked (unit) CROSS JOIN LATERAL ({}) AS part"
PAGE = "SELECT page.id FROM ({}) AS page (id, moment) ORDER BY page.moment {way}, page.id {way} LIMIT {count}"
COLUMNS = (
    "pk", "number", "state", "subject", "last_at", "due_at", "customer__name", "owner__name_zh", "owner__name_en",
    "snippet", "unread", "marks",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag of a case."""

    colour: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Line:
    """A case as the list shows it; `owner` is empty where nobody has it."""

    id: UUID
    number: str
    state: str
    subject: str
    last_at: datetime
    due_at: datetime
    customer: str
    owner: str
    snippet: str
    unread: bool
    tags: list[Mark]

    @property
    def pk(self) -> UUID:
        return self.id

    @property
    def due(self) -> datetime | None:
        return self.due_at if self.due_at != NEVER else None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a list holds: `about` the cases, wherever they stand; with `units`, only those of the reader's units.

    `own`: those in the reader's hands beside them. `name` is the same for what differs only in who asks.
    """

    name: str
    about: Callable[[Actor], Q]
    units: bool = True
    own: bool = False

    def condition(self, by: Actor) -> Q:
        """The shelf in one condition."""
        if not self.units or by.sees_all:
            return self.about(by)
        mine = Q(unit__in=by.units) | Q(owner=by.person) if self.own else Q(unit__in=by.units)
        return mine & self.about(by)

    def parts(self, by: Actor) -> list[tuple[Q, bool]]:
        """The same in parts that do not meet, each read in the order of an index; whether for each unit apart."""
        if not self.units or by.sees_all or len(by.units) > UNITS_APART_MAX:
            return [(self.condition(by), False)]
        each = (Q(unit=ASKED_UNIT) & self.about(by), True)
        return (
            [each, (Q(owner=by.person) & ~Q(unit__in=by.units) & self.about(by), False)]
            if self.own
            else [each]
        )


def find(shelf: Shelf, narrowed: Q, look: Look, size: int, by: Actor) -> list[Line]:
    """The lines of a page, and one more where there are more."""
    if narrowed:
        return [_line(row) for row in statement(shelf, narrowed, look, size, by)]
    name = ("desk.lines", shelf.name, look.order, bool(look.cursor), size)
    given: dict[Any, Any] = {}
    anywhere = look
    if look.cursor:
        given = dict(zip((patterns.NO_TIME, patterns.NO_ROW), look.cursor, strict=True))
        anywhere = Look(look.keys, look.order, (patterns.NO_TIME, patterns.NO_ROW), look.backward)  # type: ignore[arg-type]
    found = patterns.rows(name, by, lambda one: statement(shelf, Q(), anywhere, size, one), given)
    return [_line(row) for row in found]


def statement(shelf: Shelf, narrowed: Q, look: Look, size: int, by: Actor) -> QuerySet[Case, tuple[Any, ...]]:
    """The rows of a page: first which, by the parts of the shelf, then what is shown of each."""
    ids = _page(shelf, narrowed & look.beyond, look.order, size + 1, by)
    if not ids.sql:
        return Case.objects.none().values_list()
    chosen = Case.objects.filter(pk__in=RawSQL(ids.sql, ids.values))  # noqa: S611
    return _shown(chosen, by).order_by(*look.order).values_list(*COLUMNS)


def _page(shelf: Shelf, narrowed: Q, order: Sequence[str], count: int, by: Actor) -> Statement:
    """The ids of the page. For several units their newest are merged, where PostgreSQL would sort all they have."""
    column = order[0].removeprefix("-")
    pieces: list[str] = []
    values: list[Any] = []
    for condition, each in shelf.parts(by):
        rows = access.visible(Case.objects.filter(condition, narrowed), by).order_by(*order)
        part = patterns.written(rows.values_list("pk", column)[:count])
        if part.sql:
            pieces.append(EACH_UNIT.format(part.sql) if each else f"({part.sql})")
            values += [sorted(by.units), *part.values] if each else part.values
    way = "DESC" if order[0].startswith("-") else "ASC"
    sql = PAGE.format(" UNION ALL ".join(pieces), way=way, count=count) if pieces else ""
    return Statement(sql, tuple(values))


def _shown(cases: QuerySet[Case], by: Actor) -> QuerySet[Case]:
    """With the last words, whether read since, and the tags."""
    said = Message.objects.filter(conversation=OuterRef("conversation")).exclude(kind=Message.Kind.AUTOMATIC)
    spoken = said.exclude(outgoing__state="withdrawn").order_by("-at", "-id")
    read_since = Read.objects.filter(subject_id=OuterRef("pk"), actor_id=by.id, at__gte=OuterRef("last_at"))
    marks = Tagging.objects.filter(case=OuterRef("pk")).order_by("at", "id")
    named = JSONObject(colour="tag__colour", name_zh="tag__name_zh", name_en="tag__name_en")
    return cases.annotate(
        snippet=Subquery(spoken.values(words=Left("visible_text", SNIPPET_CHARACTERS))[:1]),
        unread=~Exists(read_since),
        marks=ArraySubquery(marks.values(mark=named)),
    )


def _line(row: tuple[Any, ...]) -> Line:
    pk, number, state, subject, last_at, due_at, customer, zh, en, snippet, unread, marks = row
    owner = words.named(zh, en) if zh is not None else ""
    tags = [Mark(**_read(mark)) for mark in marks]
    return Line(pk, number, state, subject, last_at, due_at, customer, owner, snippet or "", unread, tags)


def _read(mark: str | Mapping[str, str]) -> Mapping[str, str]:
    """The ORM reads JSON, a bare cursor leaves it to us."""
    return json.loads(mark) if isinstance(mark, str) else mark
