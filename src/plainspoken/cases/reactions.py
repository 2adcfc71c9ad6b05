"""What follows by itself: noting that an answer has left, reminding, closing, telling of trouble."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from plainspoken.cases.actions import answering, follow_up
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Answer, Case, Closure, Reopening
from plainspoken.channels.email import undelivered
from plainspoken.channels.email.undelivered import Undelivered
from plainspoken.conversations.actions import outgoing as on_the_way
from plainspoken.conversations.models import Outgoing
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import DEADLINE, Deadline
from plainspoken.kernel.subscriptions import Event, on
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Person, Unit
from plainspoken.work import actions as work
from plainspoken.work import kinds
from plainspoken.work.models import Task

NOT_DELIVERED = kinds.task("cases.not_delivered", _("A message did not reach the customer: find another way"))
UNCERTAIN = kinds.task(
    "cases.uncertain", _("It is uncertain whether your message left: decide what is to be done")
)
REMIND = kinds.notice("cases.remind", _("A deadline comes near"))
OVERDUE = kinds.notice("cases.overdue", _("A deadline is overdue"))
ESCALATED = kinds.notice("cases.escalated", _("A deadline in your unit is long overdue"))
UNCERTAIN_ADVICE = "uncertain"
WORK_KINDS = ("cases.first_reply", "cases.next_reply", "cases.told_time", "cases.department_answer")


@on("conversations.outgoing.leave", may=["cases.inquiry.mark_answered", "cases.inquiry.mark_told"])
def left(event: Event, *, by: Actor) -> None:
    """An answer counts once it has left."""
    _count(Outgoing.objects.get(pk=event.subject_id), by)


@on("conversations.outgoing.confirm", may=["cases.inquiry.mark_answered", "cases.inquiry.mark_told"])
def confirmed(event: Event, *, by: Actor) -> None:
    """A person found out that it had left."""
    _count(Outgoing.objects.get(pk=event.subject_id), by)


def _count(outgoing: Outgoing, by: Actor) -> None:
    answer = Answer.objects.select_related("case").filter(message=outgoing.message_id).first()
    if answer is None or outgoing.left_at is None:
        return
    if answer.kind == Answer.Kind.TOLD_TIME and "tell_time" in _edges(answer.case):
        answering.mark_told(answer.case, by=by, at=outgoing.left_at)
    elif answer.kind == Answer.Kind.ANSWER and "mark_answered" in _edges(answer.case):
        answering.mark_answered(answer.case, by=by, at=outgoing.left_at)


def _edges(case: Case) -> set[str]:
    return {edge.name for edge in INQUIRY.leaving(case.state)}


@on("conversations.outgoing.fail", may=["work.task.open"])
def not_delivered(event: Event, *, by: Actor) -> None:
    """Whose case it is, or the unit when nobody has it, must find another way."""
    outgoing = _on_the_way(event)
    gave_up = outgoing.attempts >= on_the_way.ATTEMPTS_MAX
    otherwise = Undelivered.NOT_REACHED if gave_up else Undelivered.NOT_WRITTEN
    _trouble(NOT_DELIVERED.code, outgoing, by, undelivered.why(outgoing.trouble, otherwise))


@on("conversations.outgoing.bounce", may=["work.task.open", "cases.inquiry.reopen"])
def came_back(event: Event, *, by: Actor) -> None:
    """A delivery report says that it did not reach the customer: nobody waits for a word on such an answer."""
    outgoing = _on_the_way(event)
    _trouble(NOT_DELIVERED.code, outgoing, by, undelivered.why(outgoing.trouble, Undelivered.REFUSED))
    answer = Answer.objects.filter(message=outgoing.message_id, kind=Answer.Kind.ANSWER).first()
    if answer and answer.case.state == "answered" and _is_last(answer):
        follow_up.reopen(answer.case, by=by, how=Reopening.How.NOT_REACHED)


@on("conversations.outgoing.doubt", may=["work.task.open"])
def uncertain(event: Event, *, by: Actor) -> None:
    """Only its author can decide whether it is sent again."""
    outgoing = _on_the_way(event)
    _trouble(UNCERTAIN.code, outgoing, by, UNCERTAIN_ADVICE)


@on("conversations.outgoing.send_again", may=["work.task.settle"])
def sent_again(event: Event, *, by: Actor) -> None:
    """What its author had to decide is decided."""
    _settle(event, by)


@on("conversations.outgoing.confirm", may=["work.task.settle"])
def found_to_have_left(event: Event, *, by: Actor) -> None:
    """What its author had to decide is decided."""
    _settle(event, by)


def _on_the_way(event: Event) -> Outgoing:
    related = ("message__author", "message__conversation__mailbox__unit")
    return Outgoing.objects.select_related(*related).get(pk=event.subject_id)


def _is_last(answer: Answer) -> bool:
    return answer.case.answers.filter(kind=Answer.Kind.ANSWER).latest("message__at") == answer


def _trouble(kind: str, outgoing: Outgoing, by: Actor, advice: str) -> None:
    message = outgoing.message
    case = message.conversation.cases.order_by("-received_at").first()
    owner = case.owner if case else None
    first, second = (message.author, owner) if kind == UNCERTAIN.code else (owner, message.author)
    work.open_task(
        case.unit if case else message.conversation.mailbox.unit,
        by=by,
        kind=kind,
        about=case or message.conversation,
        key=str(outgoing.pk),
        owner=first or second,
        outgoing=str(outgoing.pk),
        advice=str(advice),
        trouble=outgoing.trouble,
    )


def _settle(event: Event, by: Actor) -> None:
    kinds_of_trouble = [NOT_DELIVERED.code, UNCERTAIN.code]
    for task in Task.objects.filter(kind__in=kinds_of_trouble, key=str(event.subject_id), state="open"):
        work.settle(task, by=by)


@on("deadlines.reach", step="remind", may=["cases.deadline.tell"])
def remind(event: Event, *, by: Actor) -> None:
    """The owner, or the deputy, is reminded."""
    _tell(event, by, REMIND.code, _responsible)


@on("deadlines.reach", step="breach", may=["cases.deadline.tell", "cases.inquiry.close"])
def overdue(event: Event, *, by: Actor) -> None:
    """A broken promise is told to whose it was; the follow-up days without a word close the case."""
    if event.facts["kind"] == "cases.follow_up":
        _no_word(Case.objects.get(pk=event.facts["of"]), by)
    else:
        _tell(event, by, OVERDUE.code, _responsible)


@on("deadlines.reach", step="escalate", may=["cases.deadline.tell"])
def escalate(event: Event, *, by: Actor) -> None:
    """The head of the unit whose promise it was is told."""
    _tell(event, by, ESCALATED.code, _head)


def _no_word(case: Case, by: Actor) -> None:
    """Unless the customer came back in the meantime."""
    if "close" in _edges(case):
        follow_up.close(case, by=by, how=Closure.How.NO_WORD)


@action("cases.deadline.tell", _("Remind of a deadline"), creates=True)
def tell(deadline: Deadline, *, by: Actor, kind: str, person: Person | None) -> None:
    """Ring a person about a deadline of a case; nobody, when the post is vacant up to the top."""
    record(kind=Code(kind), person=person)
    if person:
        work.ring(person, kind, Case.objects.get(pk=deadline.subject_id))


def _tell(event: Event, by: Actor, kind: str, whom: Callable[[Deadline], Person | None]) -> None:
    deadline = Deadline.objects.get(pk=event.subject_id)
    if deadline.kind in WORK_KINDS and deadline.state in DEADLINE.open_states:
        tell(deadline, by=by, kind=kind, person=whom(deadline))


def _responsible(deadline: Deadline) -> Person | None:
    if deadline.owner_id is None:
        return _head(deadline)
    return _present(Person.objects.get(pk=deadline.owner_id), Unit.objects.get(pk=deadline.unit_id))


def _head(deadline: Deadline) -> Person | None:
    unit = Unit.objects.get(pk=deadline.unit_id)
    head = organization.head_of(unit)
    return _present(head, unit) if head else None


def _present(person: Person, unit: Unit) -> Person:
    return organization.deputy_for(person, organization.today(unit))
