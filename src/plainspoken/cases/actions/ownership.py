"""Who answers for a case: assigning, taking, taking the next."""

from django.utils.translation import gettext_lazy as _

from plainspoken.cases import measures, mergers, rules
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case
from plainspoken.kernel import deadlines
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Person, Unit
from plainspoken.work import actions as work
from plainspoken.work import kinds

GIVEN = kinds.notice("cases.given", _("You have been given a case"))


@action("cases.inquiry.assign", _("Assign the case"), edge=INQUIRY.assign, duties=["3.2c", "4.4.1e"])
def assign(case: Case, *, by: Actor, owner: Person) -> Case:
    """A person is to answer for the case; in absence the deputy."""
    owner = organization.deputy_for(owner, organization.today(case.unit))
    rules.may_own(case, owner)
    _give(case, owner)
    if owner.pk != by.person:
        work.ring(owner, GIVEN.code, case)
    return case


@action("cases.inquiry.take", _("Take the case"), edge=INQUIRY.assign, duties=["3.2c", "4.4.1e"])
def take(case: Case, *, by: Actor) -> Case:
    """Take the case oneself."""
    person = Person.objects.get(pk=by.person)
    rules.may_own(case, person)
    _give(case, person)
    return case


@action("cases.queue.take_next", _("Take the next case"), creates=True, duties=["3.2c", "4.4.1e"])
def take_next(unit: Unit, *, by: Actor) -> Case | None:
    """Take the case that waits longest in the unit's queue; two people never get the same. None: nothing waits."""
    if unit.pk not in by.units:
        raise Refused("queue_of_another_unit", _("This queue belongs to another unit."))
    waiting = Case.objects.filter(unit=unit, state="received", owner__isnull=True)
    waiting = waiting.exclude(conversation__exclusions__person=by.person).order_by("received_at", "id")
    case = waiting.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    return take(case, by=by) if case else None


def _give(case: Case, owner: Person) -> None:
    record(owner_before=case.owner_id, owner_now=owner)
    case.owner = owner
    case.save(update_fields=["owner"])
    kinds_of_owner = [kind for kind in deadlines.kinds.values() if kind.code != "cases.department_answer"]
    for one in mergers.whole(case):
        deadlines.give(one, unit=case.unit_id, owner=owner.pk, kinds=kinds_of_owner)
        measures.touch(one)
