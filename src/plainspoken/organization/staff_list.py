"""The list of people, and what the page of one person shows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from plainspoken.kernel import clock
from plainspoken.organization import queries
from plainspoken.organization.models import Absence, Appointment, Person, Qualification

KEYS = ("username", "id")
PAST_MAX = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """`qualified_to` is the last day of what the person has passed; None when that is over or never was."""

    person: Person
    held: list[Appointment]
    qualified_to: date | None
    away: bool


def find(words: str) -> QuerySet[Person]:
    """Those in whose name, username or number each word stands."""
    rows = Person.objects.all()
    for word in words.split():
        rows = rows.filter(
            Q(name_zh__icontains=word)
            | Q(name_en__icontains=word)
            | Q(username__icontains=word)
            | Q(staff_number__istartswith=word)
        )
    return rows


def told(rows: Sequence[Person]) -> list[Listed]:
    """With posts, qualification and absence of today: three queries for a page."""
    today = clock.now().date()
    held: dict[UUID, list[Appointment]] = defaultdict(list)
    for one in queries.held(today).filter(person__in=rows).select_related("post__unit").order_by("from_day"):
        held[one.person_id].append(one)
    passed = dict(
        queries.valid_qualifications(Qualification.Kind.CUSTOMER_CONTACT, today)
        .filter(person__in=rows)
        .order_by("valid_to")
        .values_list("person", "valid_to")
    )
    away = set(
        Absence.objects.filter(
            person__in=rows, from_day__lte=today, to_day__gte=today, withdrawn_at__isnull=True
        ).values_list("person", flat=True)
    )
    return [Listed(row, held[row.pk], passed.get(row.pk), row.pk in away) for row in rows]


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a person, the newest first."""

    today: date
    appointments: list[Appointment]
    qualifications: list[Qualification]
    absences: list[Absence]


def known(person: Person) -> Known:
    today = queries.today_of(person)
    held = Appointment.objects.filter(person=person).select_related("post__unit")
    return Known(
        today=today,
        appointments=list(held.order_by("-from_day", "post__code", "pk")[:PAST_MAX]),
        qualifications=list(
            Qualification.objects.filter(person=person).order_by("-valid_to", "pk")[:PAST_MAX]
        ),
        absences=list(queries.absences_from(person, today)[:PAST_MAX]),
    )
