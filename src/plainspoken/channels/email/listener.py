"""Mail in by SMTP (RFC 5321) and LMTP (RFC 2033): a message is stored and committed before it is answered with 250."""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, AnyStr, TypeVar, cast

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error, close_old_connections, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from plainspoken.channels import actions
from plainspoken.channels.email import limits
from plainspoken.channels.models import Mailbox
from plainspoken.kernel import blobs
from plainspoken.kernel.actor import system

RECIPIENTS_MAX = 50
CLIENTS_MAX = 200
STORED_AT_ONCE_MAX = 4
IDLE_SECONDS_MAX = 300
# RFC 5322 allows 998 bytes a line, and many programs send longer ones: a customer's mail is not refused for it.
LINE_BYTES_MAX = 1024 * 1024
NULL_SENDER = "<>"
LINE_END = "\r\n"
RECEIVER = system("channels.email.listener", "channels.raw.store")
R = TypeVar("R")
log = structlog.get_logger()


class PortTaken(Exception):
    """The listener cannot listen there; the message says where and why."""


class Handler:
    """Accepts mail to our mailboxes only, and says 250 only for what is safely ours."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.threads = threads
        self.clients: set[SMTP] = set()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return "452 4.5.3 Too many recipients, send to the others in another message"
        try:
            known = await self._in_thread(partial(_known, address))
        except Error:
            return "451 4.3.0 Try again later"
        if not known:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return await self._stored(envelope, list(envelope.rcpt_tos))

    async def handle_exception(self, error: Exception) -> str:
        """What nobody foresaw is our fault: the sender keeps the mail and tries again."""
        log.error("smtp.failed", error=type(error).__name__, exc_info=error)
        return "451 4.3.0 Not done, try again later"

    async def _stored(self, envelope: Envelope, recipients: list[str]) -> str:
        """Store what came for these recipients; the answer to whoever brought it."""
        sender = "" if envelope.mail_from in (None, NULL_SENDER) else envelope.mail_from
        content = cast(bytes, envelope.content)
        try:
            await self._in_thread(partial(store, recipients, sender, content))
        except blobs.DiskFull:
            return "452 4.3.1 No room at the moment, try again later"
        except (Error, OSError) as error:
            log.warning("smtp.not_stored", error=type(error).__name__)
            return "451 4.3.0 Not stored, try again later"
        return "250 2.0.0 Stored"

    async def _in_thread(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self.threads, _connected, work)


class LocalHandler(Handler):
    """By LMTP each recipient's copy is stored by itself and has an answer of its own."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answers = [await self._stored(envelope, [address]) for address in envelope.rcpt_tos]
        return LINE_END.join(answers)


class Client(SMTP):
    """The line to one client; when there are too many, a new one is asked to come back later."""

    line_length_limit = LINE_BYTES_MAX

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.event_handler.clients.add(self)
        if len(self.event_handler.clients) > CLIENTS_MAX:
            cast(asyncio.WriteTransport, transport).write(b"421 4.3.2 Too busy, try again later\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.clients.discard(self)
        super().connection_lost(error)


class LocalClient(Client, LMTP):
    """The line to a mail server that delivers by LMTP."""

    recipients = 0

    async def push(self, status: AnyStr) -> None:
        """After the content there is one answer for each recipient, also when the content is refused as a whole."""
        answer = status if isinstance(status, str) else status.decode()
        told, self.recipients = self.recipients, 0
        if answer.startswith("354"):
            assert self.envelope
            self.recipients = len(self.envelope.rcpt_tos)
        elif answer.count(LINE_END) + 1 < told:
            answer = LINE_END.join([answer] * told)
        await super().push(answer)


class Listener(Controller):
    """Listens in a thread of its own and stores in a few more, each with its own database connection."""

    handling: type[Handler] = Handler
    client: type[Client] = Client

    def __init__(self, host: str, port: int, **settings: Any) -> None:
        self.connections: list[BaseDatabaseWrapper] = []
        self.threads = ThreadPoolExecutor(STORED_AT_ONCE_MAX, "smtp", self._enter)
        super().__init__(self.handling(self.threads), hostname=host, port=port, **settings)

    def factory(self) -> Client:
        return self.client(self.handler, **self.SMTP_kwargs)

    def start(self) -> None:
        """Listen from now on. Raises PortTaken."""
        family = socket.AF_INET6 if ":" in self.hostname else socket.AF_INET
        try:
            self.socket = socket.create_server((self.hostname, self.port), family=family)
        except OSError as error:
            raise PortTaken(
                f"No mail can be received on {self.hostname}, port {self.port}: {error}"
            ) from error
        self.port = self.socket.getsockname()[1]
        super().start()

    def stop(self, no_assert: bool = False) -> None:
        """What is being stored is stored; its sender, who hears nothing of it, sends it again."""
        super().stop(no_assert)
        self.threads.shutdown()
        for connection in self.connections:
            connection.close()

    async def _create_server(self) -> asyncio.AbstractServer:
        return await self.loop.create_server(self._factory_invoker, sock=self.socket)

    def _enter(self) -> None:
        connection = connections["default"]
        connection.inc_thread_sharing()
        self.connections.append(connection)


class LocalListener(Listener):
    """Listens for LMTP."""

    handling = LocalHandler
    client = LocalClient


def store(recipients: list[str], sender: str, content: bytes) -> None:
    """Store one copy for each mailbox the message was sent to, all or none.

    Blank lines before its head would end the head after the line put before it.
    """
    traced = f"Return-Path: <{sender}>\r\n".encode("utf-8", "replace") + content.lstrip(b"\r\n")
    addresses = {address.lower() for address in recipients}
    with transaction.atomic():
        mailboxes = list(Mailbox.objects.filter(address__in=addresses).order_by("id"))
        assert len(mailboxes) == len(addresses), "Each recipient was a mailbox of ours when it was named."
        for mailbox in mailboxes:
            actions.store(mailbox, by=RECEIVER, content=traced)


def controller(host: str, port: int, kind: type[Listener] = Listener) -> Listener:
    """The listener, to be started and stopped by the worker."""
    return kind(
        host,
        port,
        data_size_limit=limits.MESSAGE_BYTES_MAX,
        timeout=IDLE_SECONDS_MAX,
        ident="Plainspoken",
        # The name alone: to look up the domain for each client would make all of them wait for a name server.
        server_hostname=socket.gethostname(),
    )


def _known(address: str) -> bool:
    """Bytes that are no text come as characters that no database takes."""
    return address.isprintable() and Mailbox.objects.filter(address=address.lower()).exists()


def _connected(work: Callable[[], R]) -> R:
    """Do it on the thread's connection, which is opened anew when it was lost since."""
    close_old_connections()
    return work()
