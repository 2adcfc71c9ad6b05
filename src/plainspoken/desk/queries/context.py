"""What stands beside a conversation: promises, the customer, what came before, who works on it."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from plainspoken.cases.models import Case, HandOver, Tagging
from plainspoken.conversations.models import Conversation, ConversationUnit
from plainspoken.customers.models import ContactPoint, Customer, Identifier
from plainspoken.desk.card import BESIDE_SHOWN, Card
from plainspoken.desk.queries import merged
from plainspoken.desk.queries.merged import Absorbed
from plainspoken.kernel import deadlines
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.kernel.models import Deadline
from plainspoken.work import kinds
from plainspoken.work.models import Task

DEADLINES_MAX = 30


@dataclass(frozen=True, slots=True)
class Promise:
    """A deadline with its name, and whether it still runs. `origin`: the number of the merged case it is from."""

    deadline: Deadline
    label: Text
    origin: str

    @property
    def open(self) -> bool:
        return self.deadline.state in ("running", "paused")


class Context:
    """Computed only where a template asks for it; `case` is None for a conversation without one."""

    def __init__(self, conversation: Conversation, case: Case | None, by: Actor) -> None:
        self.conversation = conversation
        self.case = case
        self.customer: Customer = conversation.customer
        self._by = by

    @cached_property
    def absorbed(self) -> list[Absorbed]:
        """What was ever merged into the case."""
        return merged.absorbed(self.case) if self.case else []

    @cached_property
    def _matter(self) -> dict[UUID, str]:
        """The case and those merged into it: what holds for the matter, each with the number of a merged one."""
        assert self.case
        return {self.case.pk: "", **{one.case: one.number for one in self.absorbed if one.standing}}

    @cached_property
    def taggings(self) -> list[Tagging]:
        if self.case is None:
            return []
        return list(self.case.taggings.select_related("tag").order_by("at", "id"))

    @cached_property
    def promises(self) -> list[Promise]:
        """Those that run first, by due time; what is met or dropped after them."""
        if self.case is None:
            return []
        rows = Deadline.objects.filter(subject_id__in=self._matter).order_by("-opened_at", "-id")
        promises = [
            Promise(row, deadlines.kinds[row.kind].label, self._matter[row.subject_id])
            for row in rows[:DEADLINES_MAX]
        ]
        return sorted(promises, key=lambda one: (not one.open, one.deadline.due_at))

    @cached_property
    def contact_points(self) -> QuerySet[ContactPoint]:
        return (
            self.customer.contact_points.defer("value").select_related("verified_by").order_by("kind", "id")
        )

    @cached_property
    def identifiers(self) -> QuerySet[Identifier]:
        return self.customer.identifiers.defer("value").order_by("kind", "id")

    @cached_property
    def card(self) -> Card:
        """The timeline of the customer; the cursors in the address are those of the list beside it."""
        return Card(HttpRequest(), self.customer, self._by, size=BESIDE_SHOWN)

    @cached_property
    def units(self) -> QuerySet[ConversationUnit]:
        return self.conversation.units.select_related("unit").order_by("since", "id")

    @cached_property
    def asked(self) -> list[HandOver]:
        """What departments were asked, newest first."""
        if self.case is None:
            return []
        return list(
            self.case.hand_overs.select_related("to_unit", "asked_by", "answered_by").order_by("-asked_at")
        )

    @cached_property
    def tasks(self) -> list[tuple[Text, Task]]:
        subjects = [self.conversation.pk, *(self._matter if self.case else ())]
        rows = Task.objects.filter(subject_id__in=subjects, state="open").select_related("owner", "unit")
        return [(kinds.tasks[task.kind].label, task) for task in rows.order_by("opened_at")]
