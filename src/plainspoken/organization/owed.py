"""What somebody owes before anything else: a password that nobody else knows, and a second factor a role demands."""

from collections.abc import Mapping, Sequence
from typing import Any

from plainspoken.organization import actors, sessions
from plainspoken.organization.models import Appointment, Person

PASSWORD = "organization.person.change_password"  # noqa: S105
SECOND_FACTOR = "organization.second_factor.set_up"


def page(person: Person, held: Sequence[Appointment], session: Mapping[str, Any]) -> str:
    """The name of the page on which it is given; empty when nothing is owed."""
    if person.password_given:
        return PASSWORD
    demanded = actors.demands_second_factor(held)
    return SECOND_FACTOR if demanded and not session.get(sessions.SECOND_FACTOR) else ""
