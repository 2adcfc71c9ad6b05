"""After the answer: solved, not solved, or no further word (4.3.1 i)."""

from django.utils.translation import gettext_lazy as _

from plainspoken.cases import deadlines, measures, rules
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case, Closure, Reopening
from plainspoken.kernel import clock
from plainspoken.kernel import deadlines as clocks
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import queries as organization
from plainspoken.work import actions as work
from plainspoken.work import kinds

CAME_BACK = kinds.notice("cases.came_back", _("A case came back: the customer is not content or wrote again"))


@action("cases.inquiry.close", _("Close the case"), edge=INQUIRY.close, duties=["4.3.1i"])
def close(case: Case, *, by: Actor, how: Closure.How) -> Closure:
    """The customer has the answer. Staff may close only what they own, and only in their own name."""
    if by.of_the_firm:
        rules.owned_by(case, by)
        how = Closure.How.BY_OWNER
    case.closed_at = clock.now()
    case.save(update_fields=["closed_at"])
    clocks.meet(case, deadlines.FOLLOW_UP, at=case.closed_at)
    person = by.person if by.of_the_firm else None
    measures.touch(case)
    record(customer=case.customer_id)
    return Closure.objects.create(id=uuid7(), case=case, how=how, at=case.closed_at, by_id=person)


@action("cases.inquiry.reopen", _("Reopen the case"), edge=INQUIRY.reopen, duties=["4.3.1i"])
def reopen(case: Case, *, by: Actor, how: Reopening.How) -> Reopening:
    """Back to its owner (or the deputy), with a clock of its own."""
    assert case.owner, "A case that was answered has an owner."
    if by.of_the_firm:
        rules.owned_by(case, by)
        how = Reopening.How.BY_STAFF
    clocks.drop(case, deadlines.FOLLOW_UP)
    measures.touch(case)
    deadlines.open_target(deadlines.NEXT_REPLY, case, unit=case.unit)
    work.ring(organization.deputy_for(case.owner, organization.today(case.unit)), CAME_BACK.code, case)
    return Reopening.objects.create(id=uuid7(), case=case, how=how, at=clock.now())
