"""What people have passed. Training grants it; assignment and sending ask for it."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import clock
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization.models import Person, Qualification


@action("organization.qualification.grant", _("Grant a qualification"), duties=["4.4.1d", "4.4.1e"])
def grant(
    person: Person, *, by: Actor, kind: Qualification.Kind, valid_from: date, valid_to: date
) -> Qualification:
    """The person is qualified from a day to a day, both included. Nobody qualifies themselves."""
    if by.id == person.pk:
        raise Refused("own_qualification", _("Somebody else has to grant you this."), duty="4.4.1d")
    if valid_to < valid_from:
        raise Refused("ends_before_it_begins", _("The last day lies before the first."))
    qualification = Qualification.objects.create(
        id=uuid7(), person=person, kind=kind, valid_from=valid_from, valid_to=valid_to
    )
    record(qualification=qualification)
    return qualification


@action("organization.qualification.revoke", _("Revoke a qualification"), duties=["4.4.1d", "4.4.1e"])
def revoke(qualification: Qualification, *, by: Actor, reason: str) -> Qualification:
    """From now on the person is not qualified by this any more."""
    if qualification.revoked_at:
        raise Refused("revoked_already", _("This qualification has been revoked already."))
    if not reason.strip():
        raise Refused("reason_missing", _("Say why, so that it can be understood later."))
    qualification.revoked_at = clock.now()
    qualification.save(update_fields=["revoked_at"])
    return qualification
