"""Who is away, and who stands in."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import clock
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor, Kind
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import queries
from plainspoken.organization.models import Absence, Person


@action("organization.absence.report", _("Report an absence"), duties=["3.2d"])
def report(person: Person, *, by: Actor, deputy: Person, from_day: date, to_day: date) -> Absence:
    """The person is away from a day to a day, both included, and the deputy gets what comes meanwhile.

    Said by the person, or by a head above.
    """
    _check_says(person, by)
    if to_day < from_day:
        raise Refused("ends_before_it_begins", _("The last day lies before the first."))
    if deputy.pk == person.pk:
        raise Refused("deputy_is_oneself", _("Name somebody else as the deputy."))
    if not queries.held(from_day).filter(person=deputy).exists():
        raise Refused("deputy_without_post", _("The deputy holds no post on the first day."))
    try:
        with transaction.atomic():
            absence = Absence.objects.create(
                id=uuid7(), person=person, deputy=deputy, from_day=from_day, to_day=to_day
            )
    except IntegrityError:
        raise Refused("away_already", _("An absence stands for some of these days already.")) from None
    record(absence=absence)
    return absence


@action("organization.absence.end", _("End an absence"), duties=["3.2d"])
def end(absence: Absence, *, by: Actor, to_day: date) -> Absence:
    """The person is back after `to_day`; an absence that ends before its first day is withdrawn."""
    _check_says(absence.person, by)
    if absence.withdrawn_at or to_day > absence.to_day:
        raise Refused("ended_already", _("This absence has ended already: report another one."))
    if to_day < absence.from_day:
        absence.withdrawn_at = clock.now()
    else:
        absence.to_day = to_day
    absence.save(update_fields=["to_day", "withdrawn_at"])
    return absence


def _check_says(person: Person, by: Actor) -> None:
    """Whose absence it is may say so, a head above, and the firm file."""
    if by.kind == Kind.SYSTEM or by.id == person.pk:
        return
    today = queries.today_of(person)
    if not queries.leads(by.id, person, today):
        raise Refused("not_your_absence", _("Only the person or a head above can say this."))
