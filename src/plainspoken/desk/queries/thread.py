"""What was said in a conversation, with what happened in between."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Left, Length
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from plainspoken.channels.email import relay
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
    """One message as the thread shows it: `text` without `quoted`; `cut` when there is more than is shown.

    `origin`: the number of the merged case it was said in, empty for the case's own.
    `checked`: what our own relay found out about the sender.
    """

    message: Message
    who: str
    text: str
    quoted: str
    cut: bool
    outgoing: Outgoing | None
    mine: bool
    origin: str
    checked: str
    template: str = field(default="desk/_message.html", init=False)

    @property
    def at(self) -> datetime:
        return self.message.at


@dataclass(frozen=True, slots=True)
class Thread:
    """In order of time. `earlier`: the first message shown, when there are messages before it."""

    items: list[Said | Event]
    earlier: UUID | None


def thread(
    conversation: Conversation,
    events: Iterable[Event],
    by: Actor,
    *,
    whole: bool,
    origins: Mapping[UUID, str],
) -> Thread:
    """The newest MESSAGES_SHOWN messages, or all up to MESSAGES_MAX, and the events among them."""
    rows = _said(conversation, origins)
    return _thread(conversation, rows, events, by, MESSAGES_MAX if whole else MESSAGES_SHOWN, origins)


def news(conversation: Conversation, seen: UUID | None, by: Actor) -> list[Said | Event]:
    """What was said between us and the customer since the message the reader saw last, oldest first."""
    if seen is None:
        return []
    keys = said.since(conversation, seen).order_by("-known", "-id").values("pk")[:NEWS_MAX]
    rows = _shown(Message.objects.filter(pk__in=keys)).order_by("at", "id")
    return [_item(row, by, "", conversation.mailbox.relay) for row in rows]


def before(
    conversation: Conversation,
    events: Iterable[Event],
    by: Actor,
    message: UUID,
    *,
    origins: Mapping[UUID, str],
) -> Thread:
    """The MESSAGES_SHOWN messages before one of the conversation, and the events among them. Http404 for another's."""
    rows = _said(conversation, origins)
    at = get_object_or_404(rows.only("at"), pk=message)
    earlier = rows.filter(at__lte=at.at).exclude(Q(at=at.at) & Q(pk__gte=at.pk))
    among = [event for event in events if event.at < at.at]
    return _thread(conversation, earlier, among, by, MESSAGES_SHOWN, origins)


def _said(conversation: Conversation, origins: Mapping[UUID, str]) -> QuerySet[Message]:
    """In the conversation, and in those of the cases that were merged into its case."""
    return Message.objects.filter(conversation__in=[conversation.pk, *origins])


def _thread(
    conversation: Conversation,
    messages: QuerySet[Message],
    events: Iterable[Event],
    by: Actor,
    count: int,
    origins: Mapping[UUID, str],
) -> Thread:
    rows = list(_shown(messages).order_by("-at", "-id")[: count + 1])
    more = len(rows) > count
    shown = list(reversed(rows[:-1] if more else rows))
    trusted = conversation.mailbox.relay
    items = [_item(row, by, origins.get(row.conversation_id, ""), trusted) for row in shown]
    among = [event for event in events if not more or event.at >= shown[0].at]
    return Thread(sorted([*items, *among], key=lambda item: item.at), shown[0].pk if more else None)


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


def _item(message: Any, by: Actor, origin: str, trusted: str) -> Said | Event:
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
        origin,
        "\n".join(relay.checked(message.checked.splitlines(), trusted)),
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
