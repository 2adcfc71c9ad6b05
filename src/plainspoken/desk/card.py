"""One customer: how to reach them and how that is known, and all that was said, as far as the reader may see it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from plainspoken.cases.models import Case
from plainspoken.conversations.models import Conversation
from plainspoken.customers.models import ContactPoint, Customer, Identifier
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor
from plainspoken.ui import tables
from plainspoken.ui.tables import KeyPage

KEYS = ("-last_at", "-id")
CONVERSATIONS_SHOWN = 25
BESIDE_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation with its cases, the newest first."""

    conversation: Conversation
    cases: list[Case]


class Card:
    """Computed only where a template asks for it."""

    def __init__(
        self, request: HttpRequest, customer: Customer, by: Actor, size: int = CONVERSATIONS_SHOWN
    ) -> None:
        self._size = size
        self._request = request
        self._by = by
        self.customer = customer

    @cached_property
    def contact_points(self) -> QuerySet[ContactPoint]:
        points = self.customer.contact_points.defer("value", "index").select_related("verified_by")
        return points.order_by("kind", "id")

    @cached_property
    def identifiers(self) -> QuerySet[Identifier]:
        return self.customer.identifiers.defer("value", "index").order_by("kind", "id")

    @cached_property
    def page(self) -> KeyPage[Conversation]:
        mine = Conversation.objects.filter(customer=self.customer).select_related("mailbox")
        return tables.page_by_key(access.visible(mine, self._by), self._request, KEYS, self._size)

    @cached_property
    def timeline(self) -> Sequence[Told]:
        rows = Case.objects.filter(conversation__in=[row.pk for row in self.page.rows]).select_related(
            "owner"
        )
        cases: dict[UUID, list[Case]] = defaultdict(list)
        for case in access.visible(rows, self._by).order_by("-received_at", "-id"):
            cases[case.conversation_id].append(case)
        return [Told(row, cases[row.pk]) for row in self.page.rows]
