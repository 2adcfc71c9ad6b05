"""The drain that lets messages leave: `leaving` is committed before the first byte.

A process that dies in `leaving` leaves its advisory lock free. What a person wrote is then uncertain and
stands before its author; an automatic message is sent again with the same Message-ID.

A worker has LANES, each serves one mailbox at a time and no two the same one: a server that is slow or away
holds up the letters of its own mailbox and no others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min

from plainspoken.channels.email import send
from plainspoken.content.queries import NoScript
from plainspoken.conversations import letter
from plainspoken.conversations.actions import outgoing as actions
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.kernel import blobs, clock, drain
from plainspoken.kernel.actor import system

ROWS = 10
LANES = 4
ABANDONED_AFTER = timedelta(seconds=10)
LOOKS_AGAIN_AFTER = timedelta(seconds=25)
NEVER = datetime.min.replace(tzinfo=UTC)
SENDER = system(
    "conversations.outbox",
    *(f"conversations.outgoing.{verb}" for verb in ("depart", "leave", "retry", "fail", "doubt")),
)


# When each mailbox was served last, and until when its server counts as away, as far as this process knows.
_served: dict[UUID, datetime] = {}
_away_until: dict[UUID, datetime] = {}


def drain_outbox() -> int:
    """One batch: what was abandoned, then what may leave now from one mailbox."""
    return _recover() + _lane()


def _lane() -> int:
    for mailbox in _mailboxes():
        with _held(mailbox) as mine:
            if mine and (done := _serve(mailbox)):
                return done
    return 0


def _mailboxes() -> list[UUID]:
    """Those with something to send and a server that is there, the one that waited longest for its turn first."""
    due = Outgoing.objects.filter(state="waiting", leaves_at__lte=clock.now())
    oldest = due.values_list("message__conversation__mailbox").annotate(oldest=Min("leaves_at"))
    found = [mailbox for mailbox, _oldest in oldest.order_by("oldest") if not _away(mailbox)]
    return sorted(found, key=lambda mailbox: _served.get(mailbox, NEVER))


def _serve(mailbox: UUID) -> int:
    _served[mailbox] = clock.now()
    done = 0
    for key in _waiting(mailbox):
        if not _away(mailbox):
            done += _let_leave(key)
    return done


def _away(mailbox: UUID) -> bool:
    return mailbox in _away_until and clock.now() < _away_until[mailbox]


def _waiting(mailbox: UUID) -> list[UUID]:
    due = Outgoing.objects.filter(state="waiting", leaves_at__lte=clock.now())
    rows = due.filter(message__conversation__mailbox=mailbox).order_by("leaves_at")
    return list(rows.values_list("pk", flat=True)[:ROWS])


def _let_leave(key: UUID) -> int:
    with _held(key) as mine:
        if not mine or not _departed(key):
            return 0
        related = ("message__conversation__mailbox", "message__conversation__customer", "to", "link")
        outgoing = Outgoing.objects.select_related(*related).get(pk=key)
        _hand_over(outgoing)
    return 1


def _departed(key: UUID) -> bool:
    """Committed before the first byte; False when it was taken back or another worker has it."""
    with transaction.atomic():
        rows = Outgoing.objects.filter(pk=key, state="waiting", leaves_at__lte=clock.now())
        found = list(rows.select_for_update(skip_locked=True))
        return bool(found and actions.depart(found, by=SENDER).done)


def _hand_over(outgoing: Outgoing) -> None:
    try:
        content = letter.bytes_of(outgoing)
        send.send(outgoing.message.conversation.mailbox, outgoing.to.value, content, outgoing.message_id)
    except send.TryLater as error:
        if isinstance(error, send.Away):
            _away_until[outgoing.message.conversation.mailbox_id] = clock.now() + LOOKS_AGAIN_AFTER
        _again(outgoing, str(error))
    except (send.NotAccepted, NoScript, blobs.BlobLost, ValueError) as error:
        actions.fail(outgoing, by=SENDER, trouble=str(error))
    except send.Uncertain as error:
        _unsure(outgoing, str(error))
    else:
        with transaction.atomic():
            actions.leave(outgoing, by=SENDER, at=clock.now(), sent=blobs.put(content))


def _unsure(outgoing: Outgoing, trouble: str) -> None:
    """A person decides about a person's words; a machine's may come twice, with the same Message-ID."""
    if outgoing.message.kind == Message.Kind.AUTOMATIC:
        _again(outgoing, trouble)
    else:
        actions.doubt(outgoing, by=SENDER, trouble=trouble)


def _again(outgoing: Outgoing, trouble: str) -> None:
    """Later, and not for ever."""
    later = actions.retry if outgoing.attempts < actions.ATTEMPTS_MAX else actions.fail
    later(outgoing, by=SENDER, trouble=trouble)


def _recover() -> int:
    before = clock.now() - ABANDONED_AFTER
    rows = Outgoing.objects.filter(state="leaving", departed_at__lt=before).select_related("message")
    return sum(_recovered(row) for row in rows[:ROWS])


def _recovered(outgoing: Outgoing) -> int:
    with _held(outgoing.pk) as mine:
        outgoing.refresh_from_db()
        if not mine or outgoing.state != "leaving":
            return 0
        _unsure(outgoing, "The process ended while the message was handed over")
    return 1


@contextmanager
def _held(key: UUID) -> Iterator[bool]:
    """A lock that ends with the process that holds it; False when another process does."""
    number = int.from_bytes(key.bytes[-8:], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        row = cursor.fetchone()
        mine = bool(row and row[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


drain.register_batch("outbox", drain_outbox, lanes=LANES)
