"""The drain that lets messages leave: `leaving` is committed before the first byte.

A process that dies in `leaving` leaves its advisory lock free. What a person wrote is then uncertain and
stands before its author; an automatic message is sent again with the same Message-ID.

A worker has LANES, each serves one mailbox at a time and no two the same one: a server that is slow or away
holds up the letters of its own mailbox and no others.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min

from plainspoken.channels.email import send
from plainspoken.content.queries import NoScript
from plainspoken.conversations import letter
from plainspoken.conversations.actions import outgoing as actions
from plainspoken.conversations.actions.outgoing import Gone
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.kernel import blobs, clock, drain, writing
from plainspoken.kernel.actor import system

ROWS = 25
LANES = 4
ABANDONED_AFTER = timedelta(seconds=10)
NOTED_WITHIN = timedelta(seconds=1)
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
    for keys in _turns(mailbox):
        if not _away(mailbox):
            done += _let_leave(keys)
    return done


def _away(mailbox: UUID) -> bool:
    return mailbox in _away_until and clock.now() < _away_until[mailbox]


def _turns(mailbox: UUID) -> list[list[UUID]]:
    """What may leave, in its order: a person's letter by itself, what the system wrote together."""
    due = Outgoing.objects.filter(state="waiting", leaves_at__lte=clock.now())
    rows = due.filter(message__conversation__mailbox=mailbox).order_by("leaves_at", "pk")
    turns: list[list[UUID]] = []
    together = False
    for key, kind in rows.values_list("pk", "message__kind")[:ROWS]:
        if together and kind == Message.Kind.AUTOMATIC:
            turns[-1].append(key)
        else:
            turns.append([key])
        together = kind == Message.Kind.AUTOMATIC
    return turns


def _let_leave(keys: list[UUID]) -> int:
    with _held(*keys) as mine:
        letters = _departed(mine)
        gone: dict[UUID, Gone] = {}
        try:
            for outgoing in letters:
                _hand_over(outgoing, gone)
                if gone and clock.now() - next(iter(gone.values())).at > NOTED_WITHIN:
                    _note(letters, gone)
        finally:
            _note(letters, gone)
    return len(letters)


def _departed(keys: Sequence[UUID]) -> list[Outgoing]:
    """Committed before the first byte; without what was taken back."""
    related = ("message__conversation__mailbox", "message__conversation__customer", "to", "link")
    rows = Outgoing.objects.filter(pk__in=keys, state="waiting", leaves_at__lte=clock.now())
    with transaction.atomic():
        locked = rows.select_related(*related).select_for_update(of=("self",), skip_locked=True, no_key=True)
        letters = list(locked.order_by("leaves_at", "pk"))
        with writing.in_a_batch(locked=letters):
            actions.depart(letters, by=SENDER)
    return letters


def _hand_over(outgoing: Outgoing, gone: dict[UUID, Gone]) -> None:
    mailbox = outgoing.message.conversation.mailbox
    if _away(mailbox.pk):
        actions.retry(outgoing, by=SENDER, trouble="", tried=False)
        return
    try:
        content = letter.bytes_of(outgoing)
        send.send(mailbox, outgoing.to.value, content, outgoing.message_id)
    except send.TryLater as error:
        if isinstance(error, send.Away):
            _away_until[mailbox.pk] = clock.now() + LOOKS_AGAIN_AFTER
        _again(outgoing, str(error))
    except (send.NotAccepted, NoScript, blobs.BlobLost, ValueError) as error:
        actions.fail(outgoing, by=SENDER, trouble=str(error))
    except send.Uncertain as error:
        _unsure(outgoing, str(error))
    else:
        gone[outgoing.pk] = Gone(clock.now(), content)


def _note(letters: list[Outgoing], gone: dict[UUID, Gone]) -> None:
    """Those that are gone have left. Nobody else touches a letter whose advisory lock is held."""
    left = [outgoing for outgoing in letters if outgoing.pk in gone]
    if left:
        with transaction.atomic(), writing.in_a_batch(locked=left):
            actions.leave(left, by=SENDER, gone=gone)
    gone.clear()


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
def _held(*keys: UUID) -> Iterator[list[UUID]]:
    """Those of the keys that no other process holds, under locks that end with the process."""
    numbers = {int.from_bytes(key.bytes[-8:], "big", signed=True): key for key in keys}
    locks = "FROM unnest(%s::bigint[]) AS number"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number, pg_try_advisory_lock(number) {locks}", [list(numbers)])
        mine = [number for number, got in cursor.fetchall() if got]
        try:
            yield [numbers[number] for number in mine]
        finally:
            if mine:
                cursor.execute(f"SELECT pg_advisory_unlock(number) {locks}", [mine])


drain.register_batch("outbox", drain_outbox, lanes=LANES)
