"""From a person to the actor the kernel knows."""

from collections.abc import Sequence
from datetime import date

from plainspoken.kernel.actor import Actor, Kind
from plainspoken.organization import permissions, queries, standing
from plainspoken.organization.models import Appointment, Person
from plainspoken.organization.standing import Held


def of(person: Person, on: date) -> Actor:
    """The person as an actor with what the posts held on the local day `on` allow.

    Post and unit are those of the appointment that began first. Without any, the own affairs remain.
    """
    return holding(person, standing.between(person, on, on))


def now(person: Person) -> Actor:
    """The person as an actor today, in the zone the person lives by."""
    held, _zone = standing.now(person)
    return holding(person, held)


def posts(person: Person, on: date) -> Sequence[Appointment]:
    """The appointments of the person on the local day, the earliest first, with post, unit and roles."""
    rows = queries.held(on).filter(person=person).select_related("post__unit").prefetch_related("post__roles")
    return list(rows.order_by("from_day", "post__code", "pk"))


def second_factor_demanded(person: Person) -> bool:
    """Whether a role the person has today asks for one at the sign-in."""
    held, _zone = standing.now(person)
    return demands_second_factor(held)


def demands_second_factor(held: Sequence[Held]) -> bool:
    return any(one.second_factor for one in held)


def holding(person: Person, held: Sequence[Held]) -> Actor:
    """The person as an actor with these posts."""
    first = held[0] if held else None
    return Actor(
        kind=Kind.STAFF,
        id=person.pk,
        name=person.name_zh,
        permissions=permissions.OWN.union(*(one.permissions for one in held)),
        post=first.post if first else "",
        unit=first.unit if first else None,
        units=frozenset().union(*(one.member_of for one in held), *(one.below for one in held)),
        sees_all=any(one.sees_all for one in held),
    )
