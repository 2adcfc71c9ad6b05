"""What a search finds: messages, newest first, as far as the reader may see their conversations."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from plainspoken.cases.models import Case
from plainspoken.conversations.models import Conversation, Message
from plainspoken.customers.models import Customer
from plainspoken.desk.queries import customers
from plainspoken.kernel import access, search, text
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.models import SearchRow

HITS_MAX = 50
NAMED_MAX = 5
SNIPPET_CHARACTERS = 160
BEFORE_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a snippet; `hit` is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that has the words, the newest case of its conversation, and the words in their place."""

    message: Message
    case: Case | None
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Found:
    """`more`: there are further messages, older than those shown."""

    cases: list[Case]
    customers: list[Customer]
    hits: list[Hit]
    more: bool


def find(words: str, by: Actor) -> Found:
    """Cases of that number, customers of that name or number, and messages with all the words."""
    if not words:
        return Found([], [], [], more=False)
    rows = _rows(words, by)
    return Found(_numbered(words, by), _named(words, by), _told(rows[:HITS_MAX], words, by), len(rows) > HITS_MAX)


def _rows(words: str, by: Actor) -> list[SearchRow]:
    rows = search.find(words)
    if not by.sees_all:
        rows = rows.filter(units__overlap=list(by.units))
    return list(rows.defer("tokens", "text")[: HITS_MAX + 1])


def _numbered(words: str, by: Actor) -> list[Case]:
    return list(access.visible(Case.objects.filter(number=words.upper()).select_related("customer"), by))


def _named(words: str, by: Actor) -> list[Customer]:
    return [
        row
        for kind in ("customers", "prospects")
        for row in customers.find(words, kind, by).order_by(*customers.KEYS)[:NAMED_MAX]
    ]


def _told(rows: Sequence[SearchRow], words: str, by: Actor) -> list[Hit]:
    """Who is excluded from a conversation finds nothing of it."""
    parents = {row.parent_id for row in rows}
    seen = set(access.visible(Conversation.objects.filter(pk__in=parents), by).values_list("pk", flat=True))
    messages = Message.objects.select_related("conversation__customer").in_bulk(
        [row.pk for row in rows if row.parent_id in seen]
    )
    cases = _newest_cases(seen, by)
    sought = pattern(words)
    return [
        Hit(message, cases.get(row.parent_id), snippet(message.subject + "\n" + message.text, sought))
        for row in rows
        if (message := messages.get(row.pk))
    ]


def _newest_cases(conversations: set[UUID], by: Actor) -> dict[UUID, Case]:
    rows = access.visible(Case.objects.filter(conversation__in=conversations), by)
    return {case.conversation_id: case for case in rows.order_by("received_at", "id")}


def pattern(words: str) -> re.Pattern[str]:
    """What of a text is marked: phrases as they were typed, and the words that stand in none of them."""
    query = text.query(words)
    alone = [term for term in query.terms if not any(term in phrase for phrase in query.phrases)]
    whole = [term for term in alone if not any(term != other and term in other for other in alone)]
    sought = sorted({*query.phrases, *whole}, key=len, reverse=True)
    return re.compile("|".join(re.escape(one) for one in sought) or r"(?!)", re.IGNORECASE)


def snippet(words: str, sought: re.Pattern[str]) -> list[Part]:
    """The text around the first hit, in one line, cut into what was looked for and what was not."""
    plain = " ".join(unicodedata.normalize("NFKC", words).split())
    first = sought.search(plain)
    start = max(0, first.start() - BEFORE_CHARACTERS) if first else 0
    shown = plain[start : start + SNIPPET_CHARACTERS]
    parts = _parts(shown, sought)
    before, after = start > 0, start + SNIPPET_CHARACTERS < len(plain)
    return [*([Part("…", hit=False)] if before else []), *parts, *([Part("…", hit=False)] if after else [])]


def _parts(shown: str, sought: re.Pattern[str]) -> list[Part]:
    parts, at = [], 0
    for found in sought.finditer(shown):
        parts += [Part(shown[at : found.start()], hit=False), Part(found[0], hit=True)]
        at = found.end()
    return [part for part in (*parts, Part(shown[at:], hit=False)) if part.text]
