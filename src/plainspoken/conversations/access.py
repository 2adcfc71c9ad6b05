"""Who sees a conversation: the units that work on it and the heads above them; nobody it excludes."""

from django.db.models import Exists, OuterRef, Q

from plainspoken.conversations.models import Conversation, ConversationUnit, Exclusion
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor


def worked_on(conversation: str, by: Actor) -> Exists:
    """Whether a unit of the actor works on the conversation that the column names, looked up for each row.

    The second condition says nothing new. With the first alone PostgreSQL may read everything the units ever worked
    on, to have it in a hash for a page of fifty rows.
    """
    column = OuterRef(conversation)
    rows = ConversationUnit.objects.filter(conversation=column, conversation__gte=column, unit__in=by.units)
    return Exists(rows)


def sees(by: Actor) -> Q:
    return Q(worked_on("pk", by))


def excluded(by: Actor) -> Q:
    return Q(Exists(Exclusion.objects.filter(conversation=OuterRef("pk"), person=by.person)))


access.rows(Conversation, sees=sees, excluded=excluded)
