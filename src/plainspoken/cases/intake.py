"""The drain that turns what arrived into messages and cases: at-least-once from outside, exactly-once inside."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.actions import intake
from plainspoken.cases.models import Case
from plainspoken.channels import actions as channels
from plainspoken.channels.email import addresses
from plainspoken.channels.email.automatic import NOTHING_TO_ANSWER, DeliveryReport
from plainspoken.channels.email.parse import Parsed, parse
from plainspoken.channels.models import RAW, Raw, Seen
from plainspoken.conversations import foresight
from plainspoken.conversations.actions import outgoing, receive
from plainspoken.conversations.foresight import Known
from plainspoken.conversations.models import Outgoing
from plainspoken.kernel import blobs, drain, writing
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.errors import Refused
from plainspoken.work import actions as work

OWN_LOOP = "own_loop"
FAILED = "could_not_be_processed"
PORTION_ROWS = 100
PORTION_BYTES_MAX = 8 * 1024 * 1024
TAKER = system(
    "cases.intake",
    "cases.intake.take_in",
    "cases.inquiry.open",
    "cases.inquiry.acknowledge",
    "cases.inquiry.continue",
    "cases.inquiry.close",
    "cases.inquiry.reopen",
    "channels.raw.find_duplicate",
    "channels.raw.receive",
    "channels.raw.hold",
    "channels.raw.ignore",
    "conversations.automatic.send",
    "conversations.message.receive",
    "conversations.outgoing.bounce",
    "customers.prospect.meet",
    "work.task.open",
    "work.task.settle",
)


class Needless(TextChoices):
    """Why a person finds that a held message needs no conversation."""

    SPAM = "spam", _("Spam")
    MISDIRECTED = "misdirected", _("Misdirected")
    AUTOMATIC = "automatic", _("Automatic message")
    DUPLICATE = "duplicate", _("Duplicate")
    UNREADABLE = "unreadable", _("Nothing in it can be read")


@action(
    "cases.intake.take_in",
    _("Take in a message"),
    creates=True,
    many=True,
    unrecorded=["known", "first"],
    duties=["4.3.1a", "4.3.1b"],
)
def take_in(raw: Raw, *, by: Actor, known: Known, first: frozenset[UUID]) -> None:
    """Settle one arrival: duplicate, ignored, held, or a message of a case."""
    parsed = known.letters[raw.pk]
    if raw.pk not in first:
        channels.find_duplicate(raw, by=by)
    elif known.is_ours(parsed):
        channels.ignore(raw, by=by, reason=OWN_LOOP)
    elif parsed.automatic in NOTHING_TO_ANSWER:
        _automatic(raw, parsed, by)
    elif parsed.trouble:
        hold(raw, by=by, reason=str(parsed.trouble))
    else:
        _message(raw, known, by)


@action("cases.intake.release", _("Take a held message"), edge=RAW.release, duties=["4.3.1b"])
def release(raw: Raw, *, by: Actor) -> Case:
    """A person has looked at a held message and wants it as it could be read. The intake does the rest."""
    parsed = parse(blobs.read(raw.blob))
    if not addresses.is_reachable(parsed.from_address):
        raise Refused("sender_unreadable", _("Nobody could be answered: the sender cannot be read."))
    if not channels.firsts([raw]) and not Seen.objects.filter(raw=raw).exists():
        raise Refused("came_already", _("The same message has come before. Ignore this one as a duplicate."))
    case = _message(raw, foresight.look([(raw, parsed)]), TAKER)
    work.settle_all(channels.HELD.code, raw, by=TAKER)
    record(case=case)
    return case


@action("cases.intake.ignore", _("Ignore a held message"))
def ignore(raw: Raw, *, by: Actor, reason: Needless) -> None:
    """A person has looked at a held message: it needs no conversation."""
    channels.ignore(raw, by=TAKER, reason=reason)
    work.settle_all(channels.HELD.code, raw, by=TAKER)


def _message(raw: Raw, known: Known, by: Actor) -> Case:
    message, joins = receive.receive(raw, by=by, parsed=known.letters[raw.pk], known=known)
    case = intake.current(message.conversation) if joins else None
    if case:
        return intake.go_on(case, by=by, message=message)
    return intake.open_case(message.conversation, by=by, message=message)


def _automatic(raw: Raw, parsed: Parsed, by: Actor) -> None:
    if parsed.delivery_report:
        _report(raw, parsed.delivery_report, by)
    channels.ignore(raw, by=by, reason=str(parsed.automatic))


def _report(raw: Raw, report: DeliveryReport, by: Actor) -> None:
    """A delivery report is tied to the message it tells of; what was uncertain has left, and come back."""
    sent = Outgoing.objects.filter(
        message__header_id=report.original_message_id or "-",
        message__conversation__mailbox=raw.mailbox_id,
        state__in=["left", "uncertain"],
    ).first()
    if report.failed and sent:
        outgoing.bounce(sent, by=by, trouble=report.status)


def hold(raw: Raw, *, by: Actor, reason: str) -> None:
    """Keep it as it came, and put a task before the mailbox's unit."""
    channels.hold(raw, by=by, reason=reason)
    work.open_task(raw.mailbox.unit, by=by, kind=channels.HELD.code, about=raw, reason=reason)


class Intake:
    """Everything that waits, oldest first; or only the arrival of one key."""

    def __init__(self, only: UUID | None = None) -> None:
        self.only = Q(pk=only) if only else Q()

    def claim(self, limit: int) -> Sequence[Raw]:
        waiting = Raw.objects.filter(self.only, state="waiting").order_by("arrived_at", "id")
        claimed = waiting.select_for_update(of=("self",), skip_locked=True, no_key=True)
        return list(claimed.select_related("mailbox__unit", "blob")[:limit])

    def work(self, rows: Sequence[Raw]) -> None:
        first = channels.firsts(rows)
        for some in _portions(rows):
            letters = [(raw, parse(blobs.read(raw.blob))) for raw in some]
            known = foresight.look(letters)
            alone = [raw for raw, parsed in letters if known.stands_alone(parsed)]
            with writing.in_a_batch(locked=alone):
                take_in(alone, by=TAKER, known=known, first=first)
            for raw, parsed in letters:
                if not known.stands_alone(parsed):
                    _after_others(raw, parsed, first)

    def stuck(self, row: Raw, error: Exception) -> None:
        hold(row, by=TAKER, reason=FAILED)


def _portions(rows: Sequence[Raw]) -> Iterator[list[Raw]]:
    """As many as memory should hold at once, with what is made of them."""
    some: list[Raw] = []
    for raw in rows:
        if some and sum(one.blob.size for one in some) + raw.blob.size > PORTION_BYTES_MAX:
            yield some
            some = []
        some.append(raw)
    yield some


def _after_others(raw: Raw, parsed: Parsed, first: frozenset[UUID]) -> None:
    """One that has to do with what is there, perhaps since a moment."""
    known = foresight.look([(raw, parsed)])
    for refused, _refusal in take_in([raw], by=TAKER, known=known, first=first).aside:
        hold(refused, by=TAKER, reason=FAILED)


def settle(key: UUID) -> bool:
    """Settle one arrival in this process; False when another has it."""
    return bool(drain.batch("intake", Intake(only=key), 1))


drain.register("intake", Intake(), rows=PORTION_ROWS, urgent=True)
