"""A message opens a case or continues one (4.3.1 a, b)."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plainspoken.cases import deadlines, letters, measures, mergers, suggest
from plainspoken.cases.actions import follow_up
from plainspoken.cases.models import Case, Closure, Line, Merger, Reopening, Type
from plainspoken.channels.email.quotes import thanks
from plainspoken.conversations.models import Conversation, Message
from plainspoken.kernel import clock, numbers, remembered, writing
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import queries as organization
from plainspoken.work import actions as work
from plainspoken.work import kinds

NUMBER_LETTER = "Q"
REOPENS_WITHIN = timedelta(days=30)
WROTE_AGAIN = kinds.notice("cases.wrote_again", _("The customer wrote again"))


@action(
    "cases.inquiry.open",
    _("Open an inquiry"),
    creates=True,
    duties=["4.3.1a", "4.3.1b", "4.3.1c", "4.3.1d", "3.2a"],
)
def open_case(conversation: Conversation, *, by: Actor, message: Message) -> Case:
    """A message nobody works on yet becomes an inquiry, in the queue of the mailbox's unit, with its first deadline."""
    unit = conversation.mailbox.unit
    entity = organization.legal_entity(unit)
    year = organization.local_day(unit, message.at).year
    words = f"{message.subject}\n{message.visible_text}"
    case = Case(
        id=uuid7(message.at),
        number=numbers.take(NUMBER_LETTER, year)[0],
        kind=Case.Kind.INQUIRY,
        conversation=conversation,
        customer=conversation.customer,
        channel="email",
        legal_entity=entity,
        unit=unit,
        subject=message.subject or message.visible_text[:60],
        suggested_type=suggest.best(words, _types()),
        suggested_line=suggest.best(words, _lines()),
        received_at=message.at,
        last_at=message.at,
    )
    writing.insert(case)
    promise = deadlines.open_target(deadlines.FIRST_REPLY, case, unit=unit, start=message.at)
    case.due_at = promise.due_at
    if promise.provisional:
        work.missing_calendar_year(promise, by=by)
    measures.touch_new(case, promise)
    record(case=case, suggested_type=case.suggested_type, suggested_line=case.suggested_line)
    letters.acknowledge(case, by=by, message=message, until=promise.due_at)
    return case


@remembered.once
def _types() -> list[Type]:
    return list(Type.objects.all())


@remembered.once
def _lines() -> list[Line]:
    return list(Line.objects.all())


@action("cases.inquiry.continue", _("Take in what the customer adds"), duties=["4.3.1i"])
def go_on(case: Case, *, by: Actor, message: Message) -> Case:
    """The customer writes again: more than thanks returns an answered case to its owner."""
    if case.state == "merged":
        return go_on(mergers.survivor(case), by=by, message=message)
    case.last_at = message.at
    case.save(update_fields=["last_at"])
    if case.state == "answered" and thanks(message.visible_text, names=(message.from_name,)):
        follow_up.close(case, by=by, how=Closure.How.THANKS)
    elif case.state in ("answered", "closed"):
        follow_up.reopen(case, by=by, how=Reopening.How.WROTE_AGAIN)
    elif case.owner:
        work.ring(organization.deputy_for(case.owner, organization.today(case.unit)), WROTE_AGAIN.code, case)
    return case


def current(conversation: Conversation) -> Case | None:
    """The case a further message belongs to: the newest that is an inquiry, unless it was closed long ago.

    One that is merged is heard in the case it was merged into.
    """
    long_ago = clock.now() - REOPENS_WITHIN
    settled = Q(state="closed", closed_at__lt=long_ago)
    gone_on = Merger.objects.filter(
        into__state="closed", into__closed_at__lt=long_ago, undone_at__isnull=True
    )
    cases = Case.objects.filter(conversation=conversation).exclude(state="no_inquiry").exclude(settled)
    cases = cases.exclude(pk__in=gone_on.values("case"))
    newest = cases.order_by("-received_at", "-id").first()
    joining = None if newest else mergers.joining(conversation)
    found = newest or (joining.into if joining else None)
    return mergers.survivor(found) if found and not _long_closed(found) else None


def _long_closed(case: Case) -> bool:
    return (
        case.state == "closed"
        and case.closed_at is not None
        and case.closed_at < clock.now() - REOPENS_WITHIN
    )
