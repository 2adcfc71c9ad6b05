"""What was said in a conversation, with what happened in between."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Left, Length
from django.utils.translation import gettext as _

from plainspoken.conversations import said
from plainspoken.conversations.models import Conversation, Message, Outgoing
from plainspoken.desk import words
from plainspoken.desk.events import Event
from plainspoken.kernel.actor import Actor

MESSAGES_SHOWN = 50
NEWS_MAX = 5
MESSAGES_MAX = 1_000
SHOWN_CHARACTERS_MAX = 20_000
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the thread shows it: `text` without `quoted`; `cut` when there is more than is shown."""

    message: Message
    who: str
    text: str
    quoted: str
    cut: bool
    outgoing: Outgoing | None
    mine: bool
    template: str = field(default="desk/_message.html", init=False)

    @property
    def at(self) -> datetime:
        return self.message.at


@dataclass(frozen=True, slots=True)
class Thread:
    """In order of time. `earlier`: there are messages before the first one shown."""

    items: list[Said | Event]
    earlier: bool


def thread(conversation: Conversation, events: Iterable[Event], by: Actor, *, whole: bool) -> Thread:
    """The newest MESSAGES_SHOWN messages, or all up to MESSAGES_MAX, and the events among them."""
    rows = _messages(conversation, MESSAGES_MAX if whole else MESSAGES_SHOWN)
    earlier = len(rows) > (MESSAGES_MAX if whole else MESSAGES_SHOWN)
    shown = list(reversed(rows[:-1] if earlier else rows))
    items = [_item(row, by) for row in shown]
    among = [event for event in events if not earlier or event.at >= shown[0].at]
    return Thread(sorted([*items, *among], key=lambda item: item.at), earlier)


def news(conversation: Conversation, seen: UUID | None, by: Actor) -> list[Said | Event]:
    """What was said between us and the customer since the message the reader saw last, oldest first."""
    if seen is None:
        return []
    keys = said.since(conversation, seen).order_by("-known", "-id").values("pk")[:NEWS_MAX]
    rows = _shown(Message.objects.filter(pk__in=keys)).order_by("at", "id")
    return [_item(row, by) for row in rows]


def _messages(conversation: Conversation, count: int) -> list[Any]:
    rows = _shown(Message.objects.filter(conversation=conversation))
    return list(rows.order_by("-at", "-id")[: count + 1])


def _shown(messages: QuerySet[Message]) -> QuerySet[Any]:
    """With `shown`, `whole`, `length` and `checked`, cut by the database: a mail may bring megabytes."""
    rows = messages.defer("text", "visible_text", "authentication")
    related = rows.select_related(
        "author", "unit", "contact_point__customer", "outgoing__to"
    ).prefetch_related("attachments__blob")
    return related.annotate(
        shown=Left("visible_text", SHOWN_CHARACTERS_MAX),
        whole=Left("text", SHOWN_CHARACTERS_MAX),
        length=Length("text"),
        checked=Left(F("authentication"), 500),
    )


def _item(message: Any, by: Actor) -> Said | Event:
    outgoing = getattr(message, "outgoing", None)
    if outgoing and outgoing.state == WITHDRAWN:
        assert message.author
        return Event(
            message.at,
            "arrow-back-up",
            _("%(who)s took a message back before it left") % {"who": words.name(message.author)},
        )
    text, quoted = split(message.whole, message.shown)
    return Said(
        message,
        who(message),
        text,
        quoted,
        message.length > SHOWN_CHARACTERS_MAX,
        outgoing,
        message.author_id == by.id,
    )


def who(message: Message) -> str:
    """Whose words they are, as they call themselves."""
    if message.author:
        return words.name(message.author)
    if message.contact_point:
        return message.from_name or message.contact_point.customer.name
    return _("The system")


def split(whole: str, visible: str) -> tuple[str, str]:
    """The visible text and what was quoted around it; with nothing visible the whole text is shown."""
    if not visible.strip():
        return whole, ""
    if whole.startswith(visible):
        return visible, whole[len(visible) :].strip()
    return visible, whole if whole.strip() != visible.strip() else ""
