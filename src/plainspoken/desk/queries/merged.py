"""What the desk shows of mergers: whose words are read in a case, and into which it may be merged."""

from uuid import UUID

from django.db.models import QuerySet

from plainspoken.cases import mergers
from plainspoken.cases.machine import WORKING
from plainspoken.cases.models import Case, Joining
from plainspoken.conversations.models import Conversation
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor


def candidates(about: Case | Conversation, by: Actor) -> QuerySet[Case]:
    """Other cases of the customer in which the matter could go on, as far as the reader may see them."""
    others = Case.objects.filter(customer=about.customer_id, state__in=("received", *WORKING))
    return access.visible(others.exclude(pk=about.pk), by).order_by("-received_at", "-id")


def origins(case: Case, by: Actor) -> dict[UUID, str]:
    """The conversations of cases merged into it, each with the number of its case; those joined, with their subject."""
    rows = mergers.absorbed(case).exclude(conversation=case.conversation_id)
    joined = Joining.objects.filter(into=case, undone_at=None)
    named = dict(
        rows.values_list("conversation", "number").union(
            joined.values_list("conversation", "conversation__subject"), all=True
        )
    )
    seen = access.visible(Conversation.objects.filter(pk__in=named), by) if named else ()
    return {row.pk: named[row.pk] for row in seen}
