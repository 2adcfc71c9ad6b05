"""What may be done with mailboxes and with messages as they arrive."""

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from plainspoken.channels.email import identity, probe
from plainspoken.channels.email.probe import Verdict
from plainspoken.channels.models import RAW, Mailbox, Raw, Seen
from plainspoken.kernel import blobs, clock, drain, writing
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.ledger import Code
from plainspoken.organization.actions import rows
from plainspoken.organization.models import Unit
from plainspoken.work import kinds
from plainspoken.work.actions import open_task

# With another of these the server's numbers are others too: what is there is read from the beginning.
PLACE = ("imap_host", "imap_user", "imap_folder", "imap_since")
UNREAD: dict[str, Any] = {"imap_validity": None, "imap_read_uid": 0, "imap_done_uid": 0}
HELD = kinds.task("channels.held", _("Look at a message that could not be understood"))
UNFETCHED = kinds.task("channels.unfetched", _("Look at a message that its mail server does not hand over"))


@action("channels.mailbox.put", _("Set up a mailbox"), creates=True, duties=["4.1.1a"], unrecorded=["shown"])
def put_mailbox(
    unit: Unit, /, *, by: Actor, address: str, shown: str | None = None, **columns: Any
) -> Mailbox:
    """A mailbox of the unit; putting the same address again changes the rest."""
    rows.check_shown(Mailbox, shown, address=address.lower())
    standing = Mailbox.objects.filter(address=address.lower()).first()
    if standing and any(
        columns.get(name, getattr(standing, name)) != getattr(standing, name) for name in PLACE
    ):
        columns |= UNREAD
    mailbox, made = Mailbox.objects.update_or_create(
        address=address.lower(),
        defaults={"unit": unit, **columns},
        create_defaults={"id": uuid7(), "unit": unit, **columns},
    )
    _check_line(mailbox)
    record(mailbox=mailbox, made=made)
    return mailbox


@action("channels.mailbox.test", _("Test a mailbox's connection"), creates=True, duties=["4.1.1a"])
def try_connection(mailbox: Mailbox, *, by: Actor) -> Verdict:
    """Sign in as for sending and as for fetching, and do neither. The mailbox is not locked meanwhile."""
    verdict = probe.probe(mailbox)
    record(step=verdict.step, outcome=verdict.outcome, said=verdict.said, fetching=Code(verdict.fetching))
    return verdict


@action(
    "channels.raw.store",
    _("Keep a message as it arrived"),
    creates=True,
    unrecorded=["content"],
    duties=["4.3.1b"],
)
def store(mailbox: Mailbox, *, by: Actor, content: bytes) -> Raw:
    """Keep a message as it arrived. What it means is found out later, by the intake."""
    digest = identity.digest(content)
    raw = Raw(id=uuid7(), mailbox=mailbox, blob=blobs.put(content), digest=digest, arrived_at=clock.now())
    writing.insert(raw)
    record(raw=raw, digest=Code(digest.hex()))
    drain.wake("intake")
    return raw


@action("channels.mailbox.renumber", _("Read a mailbox on its server from the beginning"))
def renumber(mailbox: Mailbox, *, by: Actor, validity: int) -> None:
    """The server has numbered its messages anew (RFC 3501, 2.3.1.1), or is read for the first time."""
    mailbox.imap_validity, mailbox.imap_read_uid, mailbox.imap_done_uid = validity, 0, 0
    mailbox.save(update_fields=list(UNREAD))


@action("channels.mailbox.fetch", _("Fetch mail from its server"), unrecorded=["contents"], duties=["4.3.1b"])
def fetch(
    mailbox: Mailbox,
    *,
    by: Actor,
    contents: Sequence[bytes],
    validity: int,
    from_uid: int,
    to_uid: int,
    done_uid: int,
) -> None:
    """Keep the messages after `from_uid` up to `to_uid`; up to `done_uid` they are marked on the server.

    One that has been taken in before, under another number of the server, is not kept again.
    """
    assert done_uid <= from_uid < to_uid, "What is kept is ahead of what is marked."
    _check_nobody_else(mailbox, validity, from_uid)
    new = [content for content in contents if not _came_before(mailbox, content)]
    for content in new:
        store(mailbox, by=by, content=content)
    record(came_before=len(contents) - len(new))
    mailbox.imap_read_uid, mailbox.imap_done_uid = to_uid, max(mailbox.imap_done_uid, done_uid)
    mailbox.imap_contact_at = clock.now()
    mailbox.save(update_fields=["imap_read_uid", "imap_done_uid", "imap_contact_at"])


@action("channels.mailbox.pass_over", _("Leave a message on its server"))
def pass_over(mailbox: Mailbox, *, by: Actor, validity: int, from_uid: int, uid: int) -> None:
    """The server cannot hand the message over: a person looks at it there, and those after it come in."""
    assert from_uid < uid, "Passed over is what comes next."
    _check_nobody_else(mailbox, validity, from_uid)
    key = f"{mailbox.pk}/{validity}/{uid}"
    open_task(mailbox.unit, by=by, kind=UNFETCHED.code, about=mailbox, key=key, uid=uid)
    mailbox.imap_read_uid = mailbox.imap_done_uid = uid
    mailbox.save(update_fields=["imap_read_uid", "imap_done_uid"])


@action("channels.mailbox.note_contact", _("Note that a mail server answers"))
def note_contact(mailbox: Mailbox, *, by: Actor) -> None:
    """The server of the mailbox has been spoken to."""
    mailbox.imap_contact_at = clock.now()
    mailbox.save(update_fields=["imap_contact_at"])


@action("channels.mailbox.note_trouble", _("Note that a mail server cannot be read"))
def note_trouble(mailbox: Mailbox, *, by: Actor, trouble: Mailbox.Trouble) -> None:
    """Mail cannot be fetched at the moment; it waits on the server."""
    mailbox.imap_trouble, mailbox.imap_trouble_at = trouble, clock.now()
    mailbox.save(update_fields=["imap_trouble", "imap_trouble_at"])


@action("channels.raw.find_duplicate", _("Find a duplicate message"), edge=RAW.find_duplicate)
def find_duplicate(raw: Raw, *, by: Actor) -> None:
    """The same message has come to the same mailbox before."""
    _settle(raw, "")


@action("channels.raw.receive", _("Receive a message"), edge=RAW.receive)
def receive(raw: Raw, *, by: Actor) -> None:
    """The message has become part of a conversation."""
    _settle(raw, "")


@action("channels.raw.hold", _("Hold a message"), edge=RAW.hold)
def hold(raw: Raw, *, by: Actor, reason: str) -> None:
    """The message cannot be understood by us; it stays as it came until a person has looked."""
    record(reason=Code(reason))
    _settle(raw, reason)


@action("channels.raw.ignore", _("Ignore a message"), edge=RAW.ignore)
def ignore(raw: Raw, *, by: Actor, reason: str) -> None:
    """The message needs no conversation: our own loop, a delivery report, an automatic answer, or a person says so."""
    if not reason:
        raise Refused("reason_missing", _("Say why this message needs no answer."))
    record(reason=Code(reason))
    _settle(raw, reason)


def firsts(raws: Iterable[Raw]) -> frozenset[UUID]:
    """Take the places of these messages at their mailboxes: those that got theirs; the others have come before.

    Waits for one that is deciding. All take them in one order, so that no two wait for each other.
    """
    ordered = sorted((raw.mailbox_id, bytes(raw.digest), raw.arrived_at, raw.pk) for raw in raws)
    mailboxes, digests, _arrived, keys = map(list, zip(*ordered, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_seen (mailbox_id, digest, raw_id)"
            " SELECT * FROM unnest(%s::uuid[], %s::bytea[], %s::uuid[])"
            " ON CONFLICT (mailbox_id, digest) DO NOTHING RETURNING raw_id",
            [mailboxes, digests, keys],
        )
        return frozenset(key for (key,) in cursor.fetchall())


def _check_nobody_else(mailbox: Mailbox, validity: int, from_uid: int) -> None:
    """A reader that lost its lock with its database connection must not undo what the next one has read."""
    if (mailbox.imap_validity, mailbox.imap_read_uid) != (validity, from_uid):
        raise Refused("read_by_another", _("Another reader has come further in this mailbox."))


def _came_before(mailbox: Mailbox, content: bytes) -> bool:
    return Seen.objects.filter(mailbox=mailbox, digest=identity.digest(content)).exists()


def _check_line(mailbox: Mailbox) -> None:
    """Without encryption everything, the password too, could be read by whoever is on the way."""
    if _open_to_others(mailbox.smtp_host, mailbox.smtp_security):
        raise Refused(
            "line_open_to_others", _("Without TLS mail may leave only to a server on this machine.")
        )
    if _open_to_others(mailbox.imap_host, mailbox.imap_security):
        raise Refused(
            "fetched_openly", _("Without TLS mail may be fetched only from a server on this machine.")
        )


def _open_to_others(host: str, security: str) -> bool:
    return bool(host) and security == Mailbox.Security.NONE and not _this_machine(host)


def _this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _settle(raw: Raw, reason: str) -> None:
    raw.reason, raw.settled_at = reason, clock.now()
    writing.update(raw, "reason", "settled_at")
