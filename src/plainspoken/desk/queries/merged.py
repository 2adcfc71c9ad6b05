"""What the desk shows of mergers: whose words are read in a case, and into which it may be merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from plainspoken.cases.machine import WORKING
from plainspoken.cases.models import Case, Joining, Merger
from plainspoken.conversations.models import Conversation
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor


def candidates(about: Case | Conversation, by: Actor) -> QuerySet[Case]:
    """Other cases of the customer in which the matter could go on, as far as the reader may see them."""
    others = Case.objects.filter(customer=about.customer_id, state__in=("received", *WORKING))
    return access.visible(others.exclude(pk=about.pk), by).order_by("-received_at", "-id")


@dataclass(frozen=True, slots=True)
class Absorbed:
    """A case that was merged into another; `standing` while it is."""

    case: UUID
    number: str
    conversation: UUID
    standing: bool


def absorbed(case: Case) -> list[Absorbed]:
    rows = Merger.objects.filter(into=case)
    found = rows.values_list("case", "case__number", "case__conversation", "undone_at")
    return [Absorbed(key, number, about, undone is None) for key, number, about, undone in found]


def origins(case: Case, merged: Sequence[Absorbed], by: Actor) -> dict[UUID, str]:
    """The conversations of cases merged into it, each with the number of its case; those joined, with their subject."""
    joined = Joining.objects.filter(into=case, undone_at=None)
    named = dict(joined.values_list("conversation", "conversation__subject"))
    named |= {one.conversation: one.number for one in merged if one.standing}
    named.pop(case.conversation_id, None)
    seen = access.visible(Conversation.objects.filter(pk__in=named), by) if named else ()
    return {row.pk: named[row.pk] for row in seen}
