"""Who else is looking at a conversation, and who is typing there."""

from dataclasses import dataclass
from uuid import UUID

from plainspoken.kernel import presence
from plainspoken.kernel.actor import Actor
from plainspoken.organization.models import Person

SHOWN_MAX = 6


@dataclass(frozen=True, slots=True)
class Colleague:
    person: Person
    typing: bool


def others(conversation: UUID, by: Actor) -> list[Colleague]:
    """At most SHOWN_MAX, who is typing first."""
    there = sorted(presence.at(conversation, but=by.id), key=lambda one: not one.typing)[:SHOWN_MAX]
    people = Person.objects.in_bulk([one.person for one in there])
    return [Colleague(people[one.person], one.typing) for one in there if one.person in people]
