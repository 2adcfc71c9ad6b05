"""Mail in by SMTP (RFC 5321): a message is stored and committed before it is answered with 250."""

import asyncio
from typing import Any

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections, transaction

from plainspoken.channels import actions
from plainspoken.channels.email import limits
from plainspoken.channels.models import Mailbox
from plainspoken.kernel import blobs
from plainspoken.kernel.actor import system

RECIPIENTS_MAX = 50
IDLE_SECONDS_MAX = 300
RECEIVER = system("channels.email.listener", "channels.raw.store")
log = structlog.get_logger()


class Handler:
    """Accepts mail to our mailboxes only, and says 250 only for what is safely ours."""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return "452 4.5.3 Too many recipients, send to the others in another message"
        try:
            known = await sync_to_async(_known)(address)
        except DatabaseError:
            return "451 4.3.0 Try again later"
        if not known:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        try:
            await sync_to_async(_store)(list(envelope.rcpt_tos), envelope.mail_from or "", content)
        except blobs.DiskFull:
            return "452 4.3.1 No room at the moment, try again later"
        except (DatabaseError, OSError) as error:
            log.warning("smtp.not_stored", error=type(error).__name__)
            return "451 4.3.0 Not stored, try again later"
        return "250 2.0.0 Stored"


def store(recipients: list[str], sender: str, content: bytes) -> None:
    """Store one copy for each mailbox the message was sent to, all or none."""
    traced = f"Return-Path: <{sender}>\r\n".encode("utf-8", "replace") + content
    mailboxes = Mailbox.objects.filter(address__in={address.lower() for address in recipients})
    with transaction.atomic():
        for mailbox in mailboxes.order_by("id"):
            actions.store(mailbox, by=RECEIVER, content=traced)


def _store(recipients: list[str], sender: str, content: bytes) -> None:
    close_old_connections()
    store(recipients, sender, content)


def _known(address: str) -> bool:
    close_old_connections()
    return Mailbox.objects.filter(address=address.lower()).exists()


def controller(host: str, port: int) -> Controller:
    """The listener, to be started and stopped by the worker."""
    settings: dict[str, Any] = {
        "data_size_limit": limits.MESSAGE_BYTES_MAX,
        "timeout": IDLE_SECONDS_MAX,
        "ident": "Plainspoken",
        "enable_SMTPUTF8": True,
        "loop": asyncio.new_event_loop(),
    }
    return Controller(Handler(), hostname=host, port=port, **settings)
