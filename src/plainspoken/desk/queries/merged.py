"""What the desk shows of mergers: whose words are read in a case, and into which it may be merged."""

from uuid import UUID

from django.db.models import QuerySet

from plainspoken.cases import mergers
from plainspoken.cases.machine import WORKING
from plainspoken.cases.models import Case
from plainspoken.conversations.models import Conversation
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor


def candidates(case: Case, by: Actor) -> QuerySet[Case]:
    """Other cases of the customer in which the matter could go on, as far as the reader may see them."""
    others = Case.objects.filter(customer=case.customer_id, state__in=("received", *WORKING))
    return access.visible(others.exclude(pk=case.pk), by).order_by("-received_at", "-id")


def origins(case: Case, by: Actor) -> dict[UUID, str]:
    """The conversations of cases merged into it, each with the number of its case."""
    rows = mergers.absorbed(case).exclude(conversation=case.conversation_id)
    numbers = dict(rows.order_by("received_at", "id").values_list("conversation", "number"))
    seen = access.visible(Conversation.objects.filter(pk__in=numbers), by) if numbers else ()
    return {row.pk: numbers[row.pk] for row in seen}
