"""Mail out: to the mailbox's SMTP server, or to a folder when none is set."""

import contextlib
import os
import smtplib
import ssl
from pathlib import Path
from uuid import UUID

from django.conf import settings

from plainspoken.channels.email import reach
from plainspoken.channels.models import Mailbox
from plainspoken.kernel import secrets

TIMEOUT_SECONDS = 30
# A server may look long at a whole message before it takes it (RFC 5321 4.5.3.2.6 allows ten minutes).
ANSWER_SECONDS = 300
PARTING_SECONDS = 2
NOT_AVAILABLE = 421


class TryLater(Exception):
    """The server could not take it now; nothing left the house."""


class Away(TryLater):
    """The server itself does not serve now: no letter of the mailbox would get through."""


class NotAccepted(Exception):
    """The server refused it for good; nothing left the house."""


class Uncertain(Exception):
    """The line broke after the message was handed over: whether it left cannot be known."""


def send(mailbox: Mailbox, recipient: str, content: bytes, key: UUID) -> None:
    """Hand the message over. `key` names its file in the folder, so that a second handing over replaces it."""
    if mailbox.smtp_host:
        _by_smtp(mailbox, recipient, content)
    else:
        _to_folder(content, key)


def folder() -> Path:
    """Where mail lies that has no server to go to."""
    return Path(settings.HOME) / "outbox"


def _to_folder(content: bytes, key: UUID) -> None:
    """Whole or not at all. Raises TryLater when the disk has no room."""
    try:
        folder().mkdir(mode=0o700, exist_ok=True)
        unfinished = folder() / f".{key}"
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder() / f"{key}.eml")
    except OSError as error:
        raise TryLater(type(error).__name__) from error


def _by_smtp(mailbox: Mailbox, recipient: str, content: bytes) -> None:
    server = _connected(mailbox)
    try:
        _envelope(server, mailbox.address, recipient)
        _data(server, content)
    except smtplib.SMTPResponseException as error:
        raise _verdict(error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Away(type(error).__name__) from error
    finally:
        _part(server)


def _connected(mailbox: Mailbox) -> smtplib.SMTP:
    """The server, ready for a message. What goes wrong here is no fault of the message: raises Away."""
    context = ssl.create_default_context()
    with contextlib.ExitStack() as stack:
        try:
            server = _reached(mailbox, context)
            stack.callback(server.close)
            if mailbox.smtp_security == Mailbox.Security.STARTTLS:
                server.starttls(context=context)
            if mailbox.smtp_user:
                server.login(mailbox.smtp_user, secrets.get(f"mailbox.{mailbox.secret}"))
            server.ehlo_or_helo_if_needed()
        except smtplib.SMTPResponseException as error:
            raise Away(_said(error)) from error
        except (OSError, smtplib.SMTPException, secrets.SecretMissing) as error:
            raise Away(type(error).__name__) from error
        stack.pop_all()
    return server


def _reached(mailbox: Mailbox, context: ssl.SSLContext) -> smtplib.SMTP:
    host, port = mailbox.smtp_host, mailbox.smtp_port
    reach.check(host, port)
    if mailbox.smtp_security == Mailbox.Security.TLS:
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
    return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    options = _options(server, recipient)
    _accepted(*server.mail(sender, options))
    _accepted(*server.rcpt(recipient))
    _accepted(*server.docmd("DATA"))


def _options(server: smtplib.SMTP, recipient: str) -> list[str]:
    """RFC 6531, for an address beyond ASCII. Raises NotAccepted when the server does not know it."""
    if recipient.isascii():
        return []
    if not server.has_extn("smtputf8"):
        raise NotAccepted("5.6.7 The server takes no address with letters beyond ASCII")
    server.command_encoding = "utf-8"
    return ["SMTPUTF8", "BODY=8BITMIME"]


def _data(server: smtplib.SMTP, content: bytes) -> None:
    """From the first byte on, only the server's own answer says whether it left."""
    body = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in content.splitlines())
    try:
        server.send(body + b"\r\n.\r\n")
        assert server.sock, "What has been sent went by a socket."
        server.sock.settimeout(ANSWER_SECONDS)
        code, answer = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Uncertain(type(error).__name__) from error
    _accepted(code, answer)


def _accepted(code: int, answer: bytes) -> None:
    if not 200 <= code < 400:
        raise smtplib.SMTPResponseException(code, answer)


def _part(server: smtplib.SMTP) -> None:
    """Say goodbye; whether the other side answers changes nothing, so it is not waited for long."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        if server.sock:
            server.sock.settimeout(PARTING_SECONDS)
            server.quit()
    server.close()


def _verdict(error: smtplib.SMTPResponseException) -> Exception:
    if error.smtp_code == NOT_AVAILABLE:
        return Away(_said(error))
    return (TryLater if 400 <= error.smtp_code < 500 else NotAccepted)(_said(error))


def _said(error: smtplib.SMTPResponseException) -> str:
    answer = error.smtp_error
    return f"{error.smtp_code} {answer if isinstance(answer, str) else answer.decode('utf-8', 'replace')}"
