"""What a search finds: messages, newest first, as far as the reader may see their conversations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_, or_
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest

from plainspoken.cases.models import Case
from plainspoken.conversations.models import Conversation, Exclusion, Message
from plainspoken.customers.models import Customer
from plainspoken.desk.asking import Asked
from plainspoken.desk.queries import conditions, customers
from plainspoken.desk.queries.conditions import Wrong
from plainspoken.kernel import access, clock, search, text
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.models import SearchRow
from plainspoken.kernel.text import Query, Segment
from plainspoken.ui import tables
from plainspoken.ui.tables import KeyPage, Look

KEYS = ("-at", "-id")
NEWEST = Look(KEYS, KEYS, (), backward=False)
NAMED_MAX = 5
NUMBER_DIGITS = 6
SNIPPET_CHARACTERS = 160
BEFORE_CHARACTERS = 40
TEXT_CHARACTERS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that has the words, the newest case of its conversation, and the words in their places."""

    message: Message
    case: Case | None
    subject: list[Segment]
    parts: list[Segment]


@dataclass(frozen=True, slots=True)
class Found:
    """`page` says where older and newer messages are; `wrong`: operators whose values say nothing to us."""

    cases: list[Case]
    customers: list[Customer]
    hits: list[Hit]
    page: KeyPage[SearchRow] | None
    wrong: list[Wrong]


def find(asked: Asked, by: Actor, request: HttpRequest) -> Found:
    """Cases of that number, customers of that name or number, and messages as they were asked for, newest first."""
    look = tables.look(request, KEYS)
    try:
        wanted = rows(asked, by, look)
    except Wrong as wrong:
        return Found([], [], [], None, [wrong])
    page = look.page(list(wanted), tables.PAGE_ROWS) if wanted is not None else None
    cases = numbered(asked.plain, by) if asked.plain else []
    customers_ = named(asked.plain, by) if asked.plain else []
    return Found(cases, customers_, _told(page.rows if page else [], asked.marked, by), page, [])


def rows(asked: Asked, by: Actor, look: Look = NEWEST) -> QuerySet[SearchRow] | None:
    """A page and one row more; None where nothing was asked for that can be looked for."""
    words = [one for group in asked.words if (one := _one_of(group)) is not None]
    others = [~one for word in asked.without if (one := search.saying(word)) is not None]
    others += [conditions.of(one, by) for one in asked.conditions]
    if not words and not others:
        return None
    excluded = Exclusion.objects.filter(conversation=OuterRef("parent_id"), person=by.person)
    said = reduce(and_, [*words, *others, ~Q(Exists(excluded)), look.beyond])
    count = tables.PAGE_ROWS + 1
    if words:
        since = datetime.fromisoformat(str(look.cursor[0])) if look.cursor else None
        found = search.looked_through(said, _sight(by), since=since, forward=look.backward, count=count)
    else:
        found = SearchRow.objects.filter(said, _seen(by))
    return found.order_by(*look.order)[:count].defer("tokens", "text")


def _one_of(group: Sequence[str]) -> Q | None:
    found = [one for word in group if (one := search.saying(word)) is not None]
    return reduce(or_, found) if found else None


def _sight(by: Actor) -> search.Sight:
    """As `_seen`; what a person owns outside the own units is little."""
    if by.sees_all:
        return search.Sight(None)
    elsewhere = Case.objects.filter(owner=by.id).exclude(unit__in=by.units)
    return search.Sight(sorted(by.units), elsewhere.values_list("conversation"))


def _seen(by: Actor) -> Q:
    """By the unit's column, and by what a person owns; each hit is looked at again through the one door."""
    if by.sees_all:
        return Q()
    owned = Case.objects.filter(conversation=OuterRef("parent_id"), owner=by.id)
    return Q(units__overlap=list(by.units)) | Q(Exists(owned))


def numbered(words: str, by: Actor) -> list[Case]:
    """By the whole number, or by its last digits of this year and the last."""
    numbers = [words.upper()]
    if words.isascii() and words.isdigit() and len(words) <= NUMBER_DIGITS:
        year = clock.now().year
        numbers += [f"Q-{one}-{words.zfill(NUMBER_DIGITS)}" for one in (year, year - 1)]
    rows = Case.objects.filter(number__in=numbers).select_related("customer").order_by("-number")
    return list(access.visible(rows, by))


def named(words: str, by: Actor) -> list[Customer]:
    return [row for kind in ("customers", "prospects") for row in customers.first(words, kind, by, NAMED_MAX)]


def _told(rows: Sequence[SearchRow], words: str, by: Actor) -> list[Hit]:
    """Who is excluded from a conversation finds nothing of it."""
    parents = {row.parent_id for row in rows}
    seen = set(access.visible(Conversation.objects.filter(pk__in=parents), by).values_list("pk", flat=True))
    texts = Message.objects.defer("text", "visible_text").annotate(words=Left("text", TEXT_CHARACTERS_MAX))
    keys = [row.pk for row in rows if row.parent_id in seen]
    messages = texts.select_related("conversation__customer").in_bulk(keys)
    cases = _newest_cases(seen, by)
    query = text.query(words)
    return [
        Hit(
            message,
            cases.get(row.parent_id),
            text.highlight(message.subject or message.conversation.subject, query),
            snippet(message.words, query),
        )
        for row in rows
        if (message := messages.get(row.pk))
    ]


def _newest_cases(conversations: set[UUID], by: Actor) -> dict[UUID, Case]:
    rows = access.visible(Case.objects.filter(conversation__in=conversations), by)
    return {case.conversation_id: case for case in rows.order_by("received_at", "id")}


def snippet(words: str, query: Query) -> list[Segment]:
    """The text around the first hit, in one line; `…` stands for what was left out."""
    segments = text.highlight(" ".join(words.split()), query)
    if len(segments) < 2 or segments[0].hit:
        return _shortened(segments)
    before = segments[0].text
    cut = "…" if len(before) > BEFORE_CHARACTERS else ""
    return [Segment(cut + before[-BEFORE_CHARACTERS:], hit=False), *_shortened(segments[1:])]


def _shortened(segments: Sequence[Segment]) -> list[Segment]:
    """At most SNIPPET_CHARACTERS of the segments."""
    shown: list[Segment] = []
    left = SNIPPET_CHARACTERS
    for one in segments:
        if left <= 0:
            return [*shown, Segment("…", hit=False)]
        shown.append(one if len(one.text) <= left else Segment(one.text[:left] + "…", one.hit))
        left -= len(one.text)
    return shown
