"""Whom a conversation concerns: the units that work on it; nobody it excludes."""

from collections import defaultdict
from uuid import UUID

from plainspoken.channels.models import Mailbox
from plainspoken.conversations.models import Conversation, ConversationUnit, Exclusion, Outgoing
from plainspoken.kernel import live
from plainspoken.kernel.ledger import Draft
from plainspoken.kernel.live import Audience, Key


def concerned(ids: set[UUID]) -> dict[UUID, Audience]:
    units: dict[UUID, set[UUID]] = defaultdict(set)
    never: dict[UUID, set[UUID]] = defaultdict(set)
    of_units = ConversationUnit.objects.filter(conversation__in=ids).values_list("conversation", "unit")
    excluded = Exclusion.objects.filter(conversation__in=ids).values_list("conversation", "person")
    for key, unit in of_units:
        units[key].add(unit)
    for key, person in excluded:
        never[key].add(person)
    return {key: Audience(units=frozenset(units[key]), never=frozenset(never[key])) for key in ids}


def itself(draft: Draft) -> Key:
    return Conversation, draft.subject.pk


def begun(draft: Draft) -> Key | None:
    """Writing first, from a mailbox."""
    conversation = live.fact(draft, "conversation")
    return (Conversation, conversation) if conversation else None


def of_message(draft: Draft) -> Key:
    assert isinstance(draft.subject, Outgoing)
    return Conversation, draft.subject.message.conversation_id


live.place(Conversation, itself)
live.place(Mailbox, begun)
live.place(Outgoing, of_message)
live.audience(Conversation, concerned)
