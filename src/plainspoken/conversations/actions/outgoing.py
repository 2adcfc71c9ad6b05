"""What happens to a message on its way out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from plainspoken.conversations.models import OUTGOING, Outgoing
from plainspoken.kernel import blobs, clock, drain, writing
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ledger import Code

# A mail server may be down for a day before people have to find other ways.
ATTEMPTS_MAX = 51
FIRST_WAIT = timedelta(seconds=30)
DOUBLINGS_MAX = 6
TROUBLE_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True)
class Gone:
    """When the server took a letter, and its bytes."""

    at: datetime
    content: bytes


@action("conversations.outgoing.depart", _("Begin to hand a message over"), edge=OUTGOING.depart, many=True)
def depart(outgoing: Outgoing, *, by: Actor) -> None:
    """It is about to be handed over; committed before the first byte."""
    outgoing.departed_at, outgoing.attempts = clock.now(), outgoing.attempts + 1
    writing.update(outgoing, "departed_at", "attempts")


@action(
    "conversations.outgoing.leave",
    _("Let a message leave"),
    edge=OUTGOING.leave,
    many=True,
    unrecorded=["gone"],
    duties=["4.3.1a"],
)
def leave(outgoing: Outgoing, *, by: Actor, gone: Mapping[UUID, Gone]) -> None:
    """It has left: the server has taken it."""
    at, sent = gone[outgoing.pk].at, blobs.put(gone[outgoing.pk].content)
    outgoing.left_at, outgoing.sent, outgoing.trouble = at, sent, ""
    writing.update(outgoing, "left_at", "sent", "trouble")
    record(message=outgoing.message_id, at=at, sent=sent, digest=Code(bytes(sent.sha256).hex()))


@action("conversations.outgoing.retry", _("Try a message again later"), edge=OUTGOING.retry)
def retry(outgoing: Outgoing, *, by: Actor, trouble: str, tried: bool = True) -> None:
    """The server could not take it now: again later, each time later; at its turn where it was not even tried."""
    if tried:
        outgoing.leaves_at = clock.now() + FIRST_WAIT * 2 ** min(outgoing.attempts - 1, DOUBLINGS_MAX)
        _note(outgoing, trouble)
    else:
        outgoing.attempts -= 1
        outgoing.save(update_fields=["attempts"])


@action("conversations.outgoing.fail", _("Give a message up"), edge=OUTGOING.fail)
def fail(outgoing: Outgoing, *, by: Actor, trouble: str) -> None:
    """The server refused it for good, or would not take it for too long."""
    _note(outgoing, trouble)
    record(message=outgoing.message_id)


@action("conversations.outgoing.doubt", _("Doubt whether a message left"), edge=OUTGOING.doubt)
def doubt(outgoing: Outgoing, *, by: Actor, trouble: str) -> None:
    """The line broke while it was handed over: its author must say what is to be done."""
    _note(outgoing, trouble)
    record(message=outgoing.message_id)


@action("conversations.outgoing.confirm", _("Confirm that a message left"), edge=OUTGOING.confirm)
def confirm(outgoing: Outgoing, *, by: Actor) -> None:
    """A person has found out that it left."""
    outgoing.left_at = outgoing.departed_at or clock.now()
    outgoing.save(update_fields=["left_at"])
    record(message=outgoing.message_id)


@action("conversations.outgoing.send_again", _("Send a message again"), edge=OUTGOING.send_again)
def send_again(outgoing: Outgoing, *, by: Actor) -> None:
    """A person wants it sent again; it keeps its Message-ID, so that a second copy can be recognised."""
    outgoing.leaves_at, outgoing.attempts = clock.now(), 0
    outgoing.save(update_fields=["leaves_at", "attempts"])
    drain.wake("outbox")


@action("conversations.outgoing.bounce", _("Note that a message came back"), edge=OUTGOING.bounce)
def bounce(outgoing: Outgoing, *, by: Actor, trouble: str) -> None:
    """The other side says by a delivery report that it could not be delivered."""
    _note(outgoing, trouble)
    record(message=outgoing.message_id)


def _note(outgoing: Outgoing, trouble: str) -> None:
    outgoing.trouble = trouble[:TROUBLE_CHARACTERS_MAX]
    outgoing.save(update_fields=["trouble", "leaves_at"])
