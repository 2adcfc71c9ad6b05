"""Customers and prospects: who is found, and what the lists show of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields.array import ArrayContains  # type: ignore[attr-defined]
from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case
from plainspoken.conversations.models import Conversation
from plainspoken.customers import contact
from plainspoken.customers.models import ContactPoint, Customer, Pieces
from plainspoken.desk.queries import few
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text

KEYS = ("name", "id")
PHONE_DIGITS_MIN = 7
KINDS: dict[str, Text] = {
    "customers": _("All customers"),
    Customer.Kind.INDIVIDUAL.value: _("Individuals"),
    Customer.Kind.CORPORATE.value: _("Companies"),
    Customer.Kind.INSTITUTION.value: _("Institutions"),
    "prospects": _("Prospects"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A customer with the conversations and cases that the reader may see of it."""

    customer: Customer
    last_at: datetime | None
    open_cases: int


def find(words: str, kind: str, by: Actor) -> QuerySet[Customer]:
    """Those of a kind whose name or number has the words, or whose contact point they are."""
    points = ContactPoint.objects.defer("value", "index").order_by("kind", "id")
    rows = access.visible(Customer.objects.prefetch_related(Prefetch("contact_points", points)), by)
    return _of(rows, words, kind)


def first(words: str, kind: str, by: Actor, count: int) -> list[Customer]:
    """The first of them: of a family name there are thousands."""
    found = _of(Customer.objects.order_by(*KEYS), words, kind)
    return few.first(found, lambda rows: access.visible(rows, by), count)


def _of(rows: QuerySet[Customer], words: str, kind: str) -> QuerySet[Customer]:
    rows = rows.filter(prospect=kind == "prospects")
    if kind in Customer.Kind.values:
        rows = rows.filter(kind=kind)
    return rows.filter(_meant(words)) if words else rows


def told(rows: Sequence[Customer], by: Actor) -> list[Known]:
    """With what the reader may see of each, in two queries."""
    keys = [row.pk for row in rows]
    conversations = access.visible(Conversation.objects.filter(customer__in=keys), by)
    last = dict(conversations.order_by().values_list("customer").annotate(Max("last_at")))
    cases = access.visible(Case.objects.filter(customer__in=keys, state__in=INQUIRY.open_states), by)
    counts = dict(cases.order_by().values_list("customer").annotate(Count("pk")))
    return [Known(row, last.get(row.pk), counts.get(row.pk, 0)) for row in rows]


def _meant(words: str) -> Q:
    """An address or phone number is looked for whole, by its blind index; with `*`, as the lists show it."""
    points = ContactPoint.objects.filter(customer=OuterRef("pk"))
    if "*" in words:
        return Q(Exists(points.filter(masked=words)))
    if "@" in words:
        return Q(Exists(_indexed(points, ContactPoint.Kind.EMAIL, words)))
    has_its_pieces = ArrayContains(Pieces(F("name")), Pieces(Value(words)))
    named = Customer.objects.filter(has_its_pieces, name__icontains=words).values("pk")
    others: list[QuerySet[Any, Any]] = [Customer.objects.filter(number__istartswith=words).values("pk")]
    if sum(character.isdigit() for character in words) >= PHONE_DIGITS_MIN:
        phones = ContactPoint.objects.filter(kind=ContactPoint.Kind.PHONE)
        others.append(_indexed(phones, ContactPoint.Kind.PHONE, words).values("customer"))
    # One index each: with OR between them PostgreSQL would read every customer there is.
    return Q(pk__in=named.union(*others))


def _indexed(points: QuerySet[ContactPoint], kind: str, words: str) -> QuerySet[ContactPoint]:
    return points.filter(kind=kind, index=contact.index(kind, words))
