"""Running deadlines: which are in somebody's sight, with the case each is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from plainspoken.cases import deadlines as promises
from plainspoken.cases.models import Case
from plainspoken.desk import words
from plainspoken.kernel import access, clock, deadlines
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.kernel.models import Deadline
from plainspoken.organization.models import Person, Unit

KEYS = ("due_at", "id")
COUNT_MAX = 100
OF_WORK = tuple(kind.code for kind in promises.OF_WORK)


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as a list shows it; `owner` is empty where nobody has taken it."""

    deadline: Deadline
    label: Text
    case: Case
    unit: str
    owner: str


def running(by: Actor) -> QuerySet[Deadline]:
    """The running deadlines of cases that the reader may see."""
    return seen(Deadline.objects.filter(state="running"), by)


def seen(rows: QuerySet[Deadline], by: Actor) -> QuerySet[Deadline]:
    """Those of cases that the reader may see."""
    return rows.filter(Exists(access.visible(Case.objects.filter(pk=OuterRef("subject_id")), by)))


def mine(by: Actor) -> Q:
    return Q(owner_id=by.id)


def of_units(by: Actor) -> Q:
    """Those of the reader's units; of all, for who sees all."""
    return Q() if by.sees_all else Q(unit_id__in=by.units)


def overdue() -> Q:
    """Promises that are broken; the follow-up days end by themselves."""
    return Q(due_at__lt=clock.now(), kind__in=OF_WORK)


def told(rows: Sequence[Deadline]) -> list[Due]:
    """With the case, unit and owner of each, every table read once."""
    cases = Case.objects.select_related("customer").in_bulk([row.subject_id for row in rows])
    units = Unit.objects.in_bulk({row.unit_id for row in rows})
    people = Person.objects.in_bulk({row.owner_id for row in rows if row.owner_id})
    return [
        Due(
            row,
            deadlines.kinds[row.kind].label,
            cases[row.subject_id],
            words.name(units[row.unit_id]),
            words.name(people[row.owner_id]) if row.owner_id else "",
        )
        for row in rows
    ]
