"""Answering the customer, or telling when the answer comes (4.3.1 e, f, i)."""

from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from plainspoken.cases import deadlines, measures, mergers, rules
from plainspoken.cases.actions import triage
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Answer, Case, HandOver, Line, Type
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Message
from plainspoken.customers import links
from plainspoken.customers.models import Link
from plainspoken.kernel import clock
from plainspoken.kernel import deadlines as clocks
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor

LINK_DAYS = 60
File: TypeAlias = send.File


@action(
    "cases.inquiry.answer",
    _("Answer the customer"),
    edge=INQUIRY.answer,
    unrecorded=["text", "files"],
    duties=["4.3.1e", "4.3.1i"],
)
def answer(
    case: Case,
    *,
    by: Actor,
    text: str,
    files: tuple[File, ...] = (),
    elsewhere: bool = False,
    seen: UUID | None = None,
    knowingly: bool = False,
) -> Message:
    """The owner answers; the customer is asked in the answer whether it is solved. It counts once it has left.

    `elsewhere`, `seen`, `knowingly`: as in `send.reply`.
    """
    rules.owned_by(case, by)
    expires_at = clock.now() + timedelta(days=LINK_DAYS)
    link = links.make(Link.Purpose.SOLVED, case.customer, case, expires_at=expires_at)
    message = send.reply(
        case.conversation,
        by=by,
        text=text,
        link=link,
        files=files,
        elsewhere=elsewhere,
        seen=seen,
        knowingly=knowingly,
    )
    Answer.objects.create(message=message, case=case, kind=Answer.Kind.ANSWER)
    record(message=message)
    _touch(case)
    return message


@action(
    "cases.inquiry.answer_at_once",
    _("Answer at once"),
    edge=INQUIRY.answer_at_once,
    unrecorded=["text", "files"],
    duties=["4.3.1c", "4.3.1d", "4.3.1e"],
)
def answer_at_once(
    case: Case,
    *,
    by: Actor,
    type: Type,
    line: Line,
    text: str,
    files: tuple[File, ...] = (),
    elsewhere: bool = False,
    seen: UUID | None = None,
    knowingly: bool = False,
) -> Message:
    """A simple question: judged and answered in one stroke by whoever reads it first."""
    triage.triage(case, by=by, type=type, line=line)
    return answer(case, by=by, text=text, files=files, elsewhere=elsewhere, seen=seen, knowingly=knowingly)


@action(
    "cases.inquiry.tell_time",
    _("Tell the customer a time"),
    edge=INQUIRY.tell_time,
    unrecorded=["text"],
    duties=["4.3.1f"],
)
def tell_time(
    case: Case,
    *,
    by: Actor,
    text: str,
    told_at: datetime,
    seen: UUID | None = None,
    knowingly: bool = False,
) -> Message:
    """The owner tells the customer when the answer comes; that moment is a promise."""
    rules.owned_by(case, by)
    rules.ahead(told_at)
    message = send.reply(case.conversation, by=by, text=text, seen=seen, knowingly=knowingly)
    Answer.objects.create(message=message, case=case, kind=Answer.Kind.TOLD_TIME)
    case.told_at = told_at
    case.save(update_fields=["told_at"])
    deadlines.promise(case, told_at)
    record(message=message)
    _touch(case)
    return message


@action(
    "cases.inquiry.mark_told",
    _("Note that the time was told"),
    edge=INQUIRY.tell_time,
    duties=["4.3.1a", "4.3.1f"],
)
def mark_told(case: Case, *, by: Actor, at: datetime) -> None:
    """The message that tells the time has left: the customer has had a first reply."""
    _replied(case, at)
    measures.touch(case)


@action(
    "cases.inquiry.mark_answered",
    _("Note that the answer has left"),
    edge=INQUIRY.mark_answered,
    duties=["4.3.1a", "4.3.1i"],
)
def mark_answered(case: Case, *, by: Actor, at: datetime) -> None:
    """The answer has left: promises are met, and the follow-up begins."""
    _replied(case, at)
    measures.touch(case)
    case.answered_at = at
    case.save(update_fields=["answered_at"])
    for one in mergers.whole(case):
        clocks.meet(one, deadlines.TOLD_TIME, at=at)
    clocks.drop(case, deadlines.DEPARTMENT_ANSWER)
    HandOver.objects.filter(case=case, answered_at__isnull=True, taken_back_at__isnull=True).update(
        taken_back_at=at
    )
    deadlines.open_target(deadlines.FOLLOW_UP, case, unit=case.unit, start=at)
    measures.touch(case)


def _replied(case: Case, at: datetime) -> None:
    """A reply to the case is one to whatever was merged into it."""
    for one in mergers.absorbed(case):
        _replied(one, at)
        measures.touch(one)
    case.first_reply_at = case.first_reply_at or at
    case.save(update_fields=["first_reply_at"])
    clocks.meet(case, deadlines.FIRST_REPLY, at=at)
    clocks.meet(case, deadlines.NEXT_REPLY, at=at)


def _touch(case: Case) -> None:
    case.last_at = clock.now()
    case.save(update_fields=["last_at"])
