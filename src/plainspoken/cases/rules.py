"""Rules of a case that more than one action asks."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Case
from plainspoken.kernel import clock
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Person, Qualification


def owned_by(case: Case, by: Actor) -> None:
    """Refuse anybody but the owner: one person answers for a case."""
    if case.owner_id != by.person:
        raise Refused(
            "not_the_owner", _("Another colleague answers for this case. Take it over first."), duty="3.2c"
        )


def may_own(case: Case, person: Person) -> None:
    """Refuse a person without a valid certificate, or one the conversation excludes."""
    today = organization.today(case.unit)
    if not organization.qualified(person.pk, Qualification.Kind.CUSTOMER_CONTACT, today):
        raise Refused(
            "not_qualified",
            _("This person holds no valid certificate for customer contact and cannot be given cases."),
            duty="4.4.1e",
        )
    not_excluded(case, person)


def not_excluded(case: Case, person: Person) -> None:
    """Refuse a person whom the conversation keeps out."""
    if case.conversation.exclusions.filter(person=person).exists():
        raise Refused("excluded", _("This person is kept from this conversation."), duty="5.4.3a")


def ahead(told_at: datetime) -> None:
    """Refuse a told time that is not in the future."""
    if told_at <= clock.now():
        raise Refused("told_time_past", _("Choose a time that is still to come."), duty="4.3.1f")
