"""What other slices ask of the organization."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from plainspoken.kernel import clock, remembered
from plainspoken.kernel.worktime import WorkCalendar
from plainspoken.organization import calendars, targets, tree
from plainspoken.organization.models import (
    Absence,
    Appointment,
    Calendar,
    Person,
    Post,
    Qualification,
    Target,
    Unit,
)

DEPUTIES_MAX = 8
ADMINISTRATOR = "administrator"


class NoCalendar(LookupError):
    """Neither the unit nor one above it has a calendar."""


def legal_entity(unit: Unit) -> Unit:
    """The nearest legal entity, going up from the unit itself."""
    if unit.kind == Unit.Kind.LEGAL_ENTITY:
        return unit
    return next(above for above in tree.path(unit.pk) if above.kind == Unit.Kind.LEGAL_ENTITY)


def time_zone(unit: Unit) -> ZoneInfo:
    """The zone of the unit's legal entity: its days are the unit's days."""
    return ZoneInfo(legal_entity(unit).time_zone)


def local_day(unit: Unit, moment: datetime) -> date:
    """The date on the unit's wall at `moment`, which must be aware."""
    return moment.astimezone(time_zone(unit)).date()


def today(unit: Unit) -> date:
    return local_day(unit, clock.now())


def calendar_of(unit: Unit) -> WorkCalendar:
    """The calendar of the unit, else of the nearest above it. Raises NoCalendar."""
    return calendars.work_calendar(calendar_row(unit))


@remembered.once
def calendar_row(unit: Unit) -> Calendar:
    """As `calendar_of`, the row."""
    code = next((above.calendar_id for above in tree.path(unit.pk) if above.calendar_id), None)
    if code is None:
        raise NoCalendar(
            f"Neither {unit.code} nor a unit above it has a calendar: give one to its legal entity."
        )
    return Calendar.objects.get(pk=code)


def target(kind: str, channel: str) -> Target:
    """How long a kind of deadline is on a channel. Raises `targets.NoTarget`."""
    return targets.find(kind, channel)


def unit_tree() -> list[tuple[int, Unit]]:
    """Every unit below its parent, with its depth from 0."""
    return tree.depth_first()


def held(on: date) -> QuerySet[Appointment]:
    """The appointments that hold on a day."""
    return Appointment.objects.filter(Q(to_day__isnull=True) | Q(to_day__gte=on), from_day__lte=on)


def members(unit: Unit) -> QuerySet[Person]:
    """Who holds a post today in the unit or below it, by username."""
    posts = held(today(unit)).filter(post__unit__in=tree.below([unit.pk]))
    return Person.objects.filter(pk__in=posts.values("person")).order_by("username", "pk")


def head_of(unit: Unit) -> Person | None:
    """Who heads the unit today; while that post is vacant, or there is none, the head of the next above."""
    path = [above.pk for above in tree.path(unit.pk)]
    heads = held(today(unit)).filter(post__head=True, post__unit__in=path).select_related("person", "post")
    nearest = min(heads, key=lambda one: (path.index(one.post.unit_id), one.from_day, one.pk), default=None)
    return nearest.person if nearest else None


def leads(person: UUID, other: Person, on: date) -> bool:
    """Whether `person` heads a unit in which, or below which, the other holds a post on the day."""
    units = held(on).filter(person=other).values_list("post__unit", flat=True)
    above = {unit.pk for own in units for unit in tree.path(own)}
    return (
        held(on).filter(person=person, post__head=True, post__unit__in=above).exclude(person=other).exists()
    )


def deputy_for(person: Person, on: date) -> Person:
    """Who gets what would come to the person on that day: the person, or while away the deputy.

    A deputy who is away too has a deputy. Where nobody of the chain is there it stays with the person.
    """
    seen = {person.pk}
    present = person
    for _ in range(DEPUTIES_MAX):
        away = absence_on(present, on)
        if away is None:
            return present
        present = away.deputy
        if present.pk in seen:
            return person
        seen.add(present.pk)
    return person


def absence_on(person: Person, on: date) -> Absence | None:
    """The absence of the person on that day, with its deputy."""
    rows = Absence.objects.filter(person=person, from_day__lte=on, to_day__gte=on, withdrawn_at__isnull=True)
    return rows.select_related("deputy").first()


def absences_from(person: Person, day: date) -> QuerySet[Absence]:
    """Those that last until the day or longer, the nearest first."""
    rows = Absence.objects.filter(person=person, to_day__gte=day, withdrawn_at__isnull=True)
    return rows.select_related("deputy").order_by("from_day", "pk")


def colleagues(person: Person) -> QuerySet[Person]:
    """Who else holds a post today, by username: those who can stand in."""
    posts = held(today_of(person))
    return (
        Person.objects.filter(pk__in=posts.values("person")).exclude(pk=person.pk).order_by("username", "pk")
    )


def qualified(person: UUID, kind: str, on: date) -> bool:
    """Whether the person has a qualification of the kind that is valid on that day (4.4.1 d and e)."""
    return valid_qualifications(kind, on).filter(person=person).exists()


def valid_qualifications(kind: str, on: date) -> QuerySet[Qualification]:
    return Qualification.objects.filter(
        kind=kind, valid_from__lte=on, valid_to__gte=on, revoked_at__isnull=True
    )


def administration() -> Unit:
    """The unit before which technical troubles stand: that of an administrator's post, else the root."""
    post = Post.objects.filter(roles__code=ADMINISTRATOR).select_related("unit").order_by("code").first()
    return post.unit if post else root()


def root() -> Unit:
    """The legal entity at the top; of several, the first by code. Raises Unit.DoesNotExist."""
    unit = Unit.objects.filter(parent__isnull=True).order_by("code").first()
    if unit is None:
        raise Unit.DoesNotExist("The firm has no units yet: apply a firm file.")
    return unit


def zone_of(person: Person) -> ZoneInfo:
    """The zone a person lives by: that of the first post held about now, else of the root."""
    days = timedelta(days=1)
    about = clock.now().date()
    rows = Appointment.objects.filter(
        Q(to_day__isnull=True) | Q(to_day__gte=about - days), person=person, from_day__lte=about + days
    )
    first = rows.select_related("post__unit").order_by("from_day", "post__code").first()
    return time_zone(first.post.unit if first else root())


def today_of(person: Person) -> date:
    """The date where the person lives by."""
    return clock.now().astimezone(zone_of(person)).date()
