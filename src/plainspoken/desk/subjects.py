"""What tasks, strokes of the bell and entries of the ledger are about: words and an address, read in bulk."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Case, Tag
from plainspoken.channels.models import Raw
from plainspoken.conversations.models import Conversation, Outgoing
from plainspoken.customers.models import Customer
from plainspoken.desk import words
from plainspoken.kernel import access, deadlines
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.kernel.models import Deadline
from plainspoken.organization.models import Firm, Person, Unit
from plainspoken.work import kinds
from plainspoken.work.models import Task

Key = tuple[str, UUID]

TYPES: dict[str, Text] = {
    "cases.case": _("Case"),
    "cases.line": _("Business line"),
    "cases.tag": _("Tag"),
    "cases.type": _("Type"),
    "channels.mailbox": _("Mailbox"),
    "channels.raw": _("Raw message"),
    "content.script": _("Script"),
    "conversations.conversation": _("Conversation"),
    "conversations.outgoing": _("Outgoing message"),
    "customers.contactpoint": _("Contact point"),
    "customers.customer": _("Customer"),
    "customers.identifier": _("Identifier"),
    "customers.link": _("Customer's link"),
    "desk.view": _("View of the list"),
    "kernel.chore": _("Daily chore"),
    "kernel.deadline": _("Deadline"),
    "organization.absence": _("Absence"),
    "organization.appointment": _("Appointment"),
    "organization.calendar": _("Calendar"),
    "organization.firm": _("Firm"),
    "organization.person": _("Person"),
    "organization.post": _("Post"),
    "organization.qualification": _("Qualification"),
    "organization.role": _("Role"),
    "organization.unit": _("Unit"),
    "supervision.survey": _("Rating"),
    "work.task": _("Task"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """`kind` in words; `text` and `href` are empty for what the reader may not see."""

    kind: Text
    text: str = ""
    href: str = ""


def told(keys: Iterable[Key], by: Actor) -> dict[Key, Subject]:
    """Each subject as the reader may see it: a query or two for each type of them."""
    ids: dict[str, set[UUID]] = defaultdict(set)
    for code, key in keys:
        ids[code].add(key)
    found: dict[Key, Subject] = {}
    for code, wanted in ids.items():
        kind, reader = TYPES.get(code, code), _READERS.get(code)
        shown = reader(wanted, by) if reader else {}
        found |= {(code, key): Subject(kind, *shown.get(key, ())) for key in wanted}
    return found


Shown = Mapping[UUID, tuple[str, str]]


def _cases(ids: set[UUID], by: Actor) -> Shown:
    rows = access.visible(Case.objects.filter(pk__in=ids), by)
    return {row.pk: (f"{row.number} {row.subject}", reverse("desk.case", args=[row.pk])) for row in rows}


def _conversations(ids: set[UUID], by: Actor) -> Shown:
    rows = access.visible(Conversation.objects.filter(pk__in=ids), by)
    return {row.pk: (row.subject, reverse("desk.conversation", args=[row.pk])) for row in rows}


def _raws(ids: set[UUID], by: Actor) -> Shown:
    rows = access.visible(Raw.objects.filter(pk__in=ids).select_related("mailbox"), by)
    held = {row.pk: reverse("desk.held.message", args=[row.pk]) for row in rows if row.state == "held"}
    return {row.pk: (row.mailbox.address, held.get(row.pk, "")) for row in rows}


def _outgoing(ids: set[UUID], by: Actor) -> Shown:
    rows = Outgoing.objects.filter(pk__in=ids).values_list("pk", "message__conversation")
    shown = _conversations({conversation for _key, conversation in rows}, by)
    return {key: shown[conversation] for key, conversation in rows if conversation in shown}


def _deadlines(ids: set[UUID], by: Actor) -> Shown:
    rows = Deadline.objects.filter(pk__in=ids)
    cases = _cases({row.subject_id for row in rows}, by)
    return {
        row.pk: (f"{deadlines.kinds[row.kind].label} · {cases[row.subject_id][0]}", cases[row.subject_id][1])
        for row in rows
        if row.subject_id in cases
    }


def _customers(ids: set[UUID], by: Actor) -> Shown:
    rows = access.visible(Customer.objects.filter(pk__in=ids), by)
    return {row.pk: (row.name, reverse("desk.customer", args=[row.pk])) for row in rows}


def _tasks(ids: set[UUID], by: Actor) -> Shown:
    rows = access.visible(Task.objects.filter(pk__in=ids), by)
    return {row.pk: (str(kinds.tasks[row.kind].label), reverse("desk.task", args=[row.pk])) for row in rows}


def _people(ids: set[UUID], by: Actor) -> Shown:
    account = reverse("organization.account")
    rows = Person.objects.filter(pk__in=ids)
    return {row.pk: (words.name(row), account if row.pk == by.id else "") for row in rows}


def _tags(ids: set[UUID], by: Actor) -> Shown:
    return {row.pk: (words.name(row), "") for row in Tag.objects.filter(pk__in=ids)}


def _units(ids: set[UUID], by: Actor) -> Shown:
    return {row.pk: (words.name(row), "") for row in Unit.objects.filter(pk__in=ids)}


def _firm(ids: set[UUID], by: Actor) -> Shown:
    return {row.pk: (words.name(row), "") for row in Firm.objects.filter(pk__in=ids)}


_READERS: dict[str, Callable[[set[UUID], Actor], Shown]] = {
    "cases.case": _cases,
    "cases.tag": _tags,
    "channels.raw": _raws,
    "conversations.conversation": _conversations,
    "conversations.outgoing": _outgoing,
    "customers.customer": _customers,
    "kernel.deadline": _deadlines,
    "organization.firm": _firm,
    "organization.person": _people,
    "organization.unit": _units,
    "supervision.survey": _cases,
    "work.task": _tasks,
}
