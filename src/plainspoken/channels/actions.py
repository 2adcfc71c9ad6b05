"""What may be done with mailboxes and with messages as they arrive."""

import ipaddress
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from plainspoken.channels.email import identity, probe
from plainspoken.channels.email.probe import Verdict
from plainspoken.channels.models import RAW, Mailbox, Raw
from plainspoken.kernel import blobs, clock, drain
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.ledger import Code
from plainspoken.organization.actions import rows
from plainspoken.organization.models import Unit
from plainspoken.work import kinds

HELD = kinds.task("channels.held", _("Look at a message that could not be understood"))


@action("channels.mailbox.put", _("Set up a mailbox"), creates=True, duties=["4.1.1a"], unrecorded=["shown"])
def put_mailbox(
    unit: Unit, /, *, by: Actor, address: str, shown: str | None = None, **columns: Any
) -> Mailbox:
    """A mailbox of the unit; putting the same address again changes the rest."""
    rows.check_shown(Mailbox, shown, address=address.lower())
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
    """Sign in to the mailbox's server as for sending, and send nothing. The mailbox is not locked meanwhile."""
    verdict = probe.probe(mailbox)
    record(step=verdict.step, outcome=verdict.outcome, said=verdict.said)
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
    raw = Raw.objects.create(
        id=uuid7(), mailbox=mailbox, blob=blobs.put(content), digest=digest, arrived_at=clock.now()
    )
    record(raw=raw, digest=Code(digest.hex()))
    drain.wake("intake")
    return raw


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


def first_of_its_kind(raw: Raw) -> bool:
    """Take the place of this message at its mailbox; False when another has it. Waits for one that is deciding."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_seen (mailbox_id, digest, raw_id) VALUES (%s, %s, %s)"
            " ON CONFLICT (mailbox_id, digest) DO NOTHING",
            [raw.mailbox_id, bytes(raw.digest), raw.pk],
        )
        return bool(cursor.rowcount)


def _check_line(mailbox: Mailbox) -> None:
    """Without encryption everything, the password too, could be read by whoever is on the way."""
    host, open_line = mailbox.smtp_host, mailbox.smtp_security == Mailbox.Security.NONE
    if host and open_line and not _this_machine(host):
        raise Refused(
            "line_open_to_others", _("Without TLS mail may leave only to a server on this machine.")
        )


def _this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _settle(raw: Raw, reason: str) -> None:
    raw.reason, raw.settled_at = reason, clock.now()
    raw.save(update_fields=["reason", "settled_at"])
