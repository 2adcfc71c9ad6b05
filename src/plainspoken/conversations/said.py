"""What was said between us and the customer, and what of it somebody has not seen."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from plainspoken.conversations.models import Conversation, Message

TAKEN_BACK = "withdrawn"
BY_PEOPLE = (Message.Kind.IN, Message.Kind.OUT)


def newest(conversation: Conversation) -> UUID:
    """The message that came last; where nothing was said yet, the conversation itself stands for it."""
    last = said(conversation).order_by("-known", "-id").values_list("pk", flat=True).first()
    return last or conversation.pk


def since(conversation: Conversation, seen: UUID) -> QuerySet[Any]:
    """What came after the message somebody saw last; all of it when that is no message of this conversation."""
    rows = said(conversation)
    last = _with_known(conversation).filter(pk=seen).first()
    if last is None:
        return rows
    return rows.filter(Q(known__gt=last.known) | Q(known=last.known, pk__gt=last.pk))


def said(conversation: Conversation) -> QuerySet[Any]:
    """By people, to and from the customer, what was taken back left out. `known`: since when it stands here."""
    relayed = Q(kind=Message.Kind.NOTE, contact_point__isnull=False)
    rows = _with_known(conversation).filter(Q(kind__in=BY_PEOPLE) | relayed)
    return rows.exclude(outgoing__state=TAKEN_BACK)


def _with_known(conversation: Conversation) -> QuerySet[Any]:
    return Message.objects.filter(conversation=conversation).annotate(known=Coalesce("known_at", "at"))
