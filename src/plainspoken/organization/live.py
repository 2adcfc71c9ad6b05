"""Whom a change of rights concerns. Screens that hear of it look anew at who their reader is.

Signing in and out, passwords and the person's own row concern that person; roles, posts, units and appointments
may concern anybody.
"""

from uuid import UUID

from plainspoken.kernel import live
from plainspoken.kernel.ledger import Draft
from plainspoken.kernel.live import Audience, Key
from plainspoken.organization.models import Appointment, Firm, Person, Post, Role, Unit

OF_ALL = (
    "organization.role.put",
    "organization.role.demand_second_factor",
    "organization.unit.put",
    "organization.post.put",
    "organization.appointment.put",
    "organization.appointment.end",
)


def rights(draft: Draft) -> Key | None:
    return (Firm, draft.subject.pk) if draft.code in OF_ALL else None


def oneself(draft: Draft) -> Key | None:
    """Somebody who fails to sign in as the person changes nothing for them."""
    return (Person, draft.subject.pk) if draft.code != "organization.session.fail" else None


def put(draft: Draft) -> Key | None:
    """Putting a person acts on the firm: whose row it was stands among the facts."""
    person = live.fact(draft, "row") if draft.code == "organization.person.put" else None
    return (Person, person) if person else None


for model in (Firm, Unit, Post, Role, Appointment):
    live.place(model, rights)
live.place(Firm, put)
live.place(Person, oneself)


def everybody(ids: set[UUID]) -> dict[UUID, Audience]:
    return {key: Audience(everybody=True) for key in ids}


def the_person(ids: set[UUID]) -> dict[UUID, Audience]:
    return {key: Audience(people=frozenset({key})) for key in ids}


live.audience(Firm, everybody)
live.audience(Person, the_person)
