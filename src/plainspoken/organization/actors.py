"""From a person to the actor the kernel knows."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from plainspoken.kernel.actor import Actor, Kind
from plainspoken.organization import permissions, queries, tree
from plainspoken.organization.models import Appointment, Person, Unit


def of(person: Person, on: date) -> Actor:
    """The person as an actor with what the posts held on the local day `on` allow.

    Post and unit are those of the appointment that began first. Without any, the own affairs remain.
    """
    return from_posts(person, posts(person, on))


def now(person: Person) -> Actor:
    """The person as an actor today, in the zone the person lives by."""
    return of(person, queries.today_of(person))


def posts(person: Person, on: date) -> Sequence[Appointment]:
    """The appointments of the person on the local day, the earliest first, with post, unit and roles."""
    rows = queries.held(on).filter(person=person).select_related("post__unit").prefetch_related("post__roles")
    return list(rows.order_by("from_day", "post__code", "pk"))


def second_factor_demanded(person: Person) -> bool:
    """Whether a role the person has today asks for one at the sign-in."""
    return demands_second_factor(posts(person, queries.today_of(person)))


def demands_second_factor(held: Sequence[Appointment]) -> bool:
    return any(role.second_factor for one in held for role in one.post.roles.all())


def from_posts(person: Person, held: Sequence[Appointment]) -> Actor:
    roles = [role for one in held for role in one.post.roles.all()]
    led = [one.post.unit_id for one in held if one.post.head]
    first = held[0].post if held else None
    return Actor(
        kind=Kind.STAFF,
        id=person.pk,
        name=person.name_zh,
        permissions=permissions.OWN.union(*(role.permissions for role in roles)),
        post=first.code if first else "",
        unit=first.unit_id if first else None,
        units=frozenset(key for one in held for key in _member_of(one.post.unit)) | tree.below(led),
        sees_all=any(role.sees_all for role in roles),
    )


def _member_of(unit: Unit) -> Iterator[UUID]:
    """The unit, and for a team what it is a team of: who works in the team works in the department."""
    yield unit.pk
    if unit.kind == Unit.Kind.TEAM:
        for above in tree.path(unit.pk)[1:]:
            yield above.pk
            if above.kind != Unit.Kind.TEAM:
                return
