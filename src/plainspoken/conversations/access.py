"""Who sees a conversation: the units that work on it and the heads above them; nobody it excludes."""

from django.db.models import Exists, OuterRef, Q

from plainspoken.conversations.models import Conversation, ConversationUnit, Exclusion
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor


def sees(by: Actor) -> Q:
    return Q(Exists(ConversationUnit.objects.filter(conversation=OuterRef("pk"), unit__in=by.units)))


def excluded(by: Actor) -> Q:
    return Q(Exists(Exclusion.objects.filter(conversation=OuterRef("pk"), person=by.id)))


access.rows(Conversation, sees=sees, excluded=excluded)
