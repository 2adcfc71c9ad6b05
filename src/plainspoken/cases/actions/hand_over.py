"""Asking a department inside the case; the owner stays the owner (4.3.1 f, g, h)."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from plainspoken.cases import deadlines, measures, rules
from plainspoken.cases.actions import answering
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case, HandOver
from plainspoken.conversations.actions import send
from plainspoken.kernel import clock
from plainspoken.kernel import deadlines as clocks
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Unit
from plainspoken.work import actions as work
from plainspoken.work import kinds

ASKED = kinds.notice("cases.asked", _("A case was handed to your department"))
ANSWERED = kinds.notice("cases.department_answered", _("The department has answered"))


@action(
    "cases.inquiry.hand_over",
    _("Hand over to a department"),
    edge=INQUIRY.hand_over,
    unrecorded=["question", "text"],
    duties=["4.3.1f", "4.3.1g"],
)
def hand_over(
    case: Case,
    *,
    by: Actor,
    to: Unit,
    question: str,
    told_at: datetime | None = None,
    text: str = "",
    seen: UUID | None = None,
    knowingly: bool = False,
) -> HandOver:
    """Ask a department, and tell the customer when the answer comes unless that has been told already."""
    rules.owned_by(case, by)
    if to.pk == case.unit_id:
        raise Refused(
            "own_unit", _("This is your own unit. Choose the department that knows."), duty="4.3.1g"
        )
    if told_at is None and (case.told_at is None or case.told_at <= clock.now()):
        raise Refused("told_time_missing", _("Tell the customer when the answer comes."), duty="4.3.1f")
    if told_at:
        answering.tell_time(case, by=by, text=text, told_at=told_at, seen=seen, knowingly=knowingly)
    asked = send.forward_inside(case.conversation, by=by, to=to, text=question)
    made = HandOver.objects.create(
        id=uuid7(), case=case, to_unit=to, question=asked, asked_by_id=by.person, asked_at=clock.now()
    )
    promise = deadlines.open_target(deadlines.DEPARTMENT_ANSWER, case, unit=to)
    record(hand_over=made, department=to, department_due=promise.due_at)
    head = organization.head_of(to)
    if head:
        work.ring(organization.deputy_for(head, organization.today(to)), ASKED.code, case)
    return made


@action(
    "cases.inquiry.answer_inside",
    _("Answer the owner"),
    edge=INQUIRY.answer_inside,
    unrecorded=["text"],
    duties=["4.3.1h", "3.3c"],
)
def answer_inside(case: Case, *, by: Actor, text: str) -> HandOver:
    """The department answers the owner, inside the case."""
    asked = _open(case)
    if asked.to_unit_id not in by.units:
        raise Refused("not_your_department", _("Another department was asked."), duty="4.3.1h")
    message = send.forward_inside(case.conversation, by=by, to=case.unit, text=text)
    asked.answer, asked.answered_by_id, asked.answered_at = message, by.person, clock.now()
    asked.save(update_fields=["answer", "answered_by", "answered_at"])
    clocks.meet(case, deadlines.DEPARTMENT_ANSWER, at=clock.now())
    measures.touch(case)
    record(hand_over=asked)
    assert case.owner, "A case in work has an owner."
    work.ring(organization.deputy_for(case.owner, organization.today(case.unit)), ANSWERED.code, case)
    return asked


@action("cases.inquiry.take_back", _("Take the question back"), edge=INQUIRY.take_back, duties=["4.3.1g"])
def take_back(case: Case, *, by: Actor) -> HandOver:
    """The owner no longer needs the department."""
    rules.owned_by(case, by)
    asked = _open(case)
    asked.taken_back_at = clock.now()
    asked.save(update_fields=["taken_back_at"])
    clocks.drop(case, deadlines.DEPARTMENT_ANSWER)
    record(hand_over=asked)
    return asked


def _open(case: Case) -> HandOver:
    return HandOver.objects.select_for_update(of=("self",)).get(
        case=case, answered_at__isnull=True, taken_back_at__isnull=True
    )
