"""The drain that lets messages leave: `leaving` is committed before the first byte.

A process that dies in `leaving` leaves its advisory lock free. What a person wrote is then uncertain and
stands before its author; an automatic message is sent again with the same Message-ID.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from plainspoken.channels.email import send
from plainspoken.content.queries import NoScript
from plainspoken.conversations import letter
from plainspoken.conversations.actions import outgoing as actions
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.kernel import blobs, clock, drain
from plainspoken.kernel.actor import system

ROWS = 10
ABANDONED_AFTER = timedelta(seconds=10)
SENDER = system(
    "conversations.outbox",
    *(f"conversations.outgoing.{verb}" for verb in ("depart", "leave", "retry", "fail", "doubt")),
)


def drain_outbox() -> int:
    """One batch: what was abandoned, then what may leave now."""
    return _recover() + sum(_let_leave(row) for row in _waiting())


def _waiting() -> list[UUID]:
    rows = Outgoing.objects.filter(state="waiting", leaves_at__lte=clock.now()).order_by("leaves_at")
    return list(rows.values_list("pk", flat=True)[:ROWS])


def _let_leave(key: UUID) -> int:
    with _held(key) as mine:
        if not mine or not _departed(key):
            return 0
        outgoing = Outgoing.objects.select_related("message__conversation__mailbox", "to", "link").get(pk=key)
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


drain.register_batch("outbox", drain_outbox)
