"""Mail out: to the mailbox's SMTP server, or to a folder when none is set."""

import contextlib
import os
import smtplib
import ssl
from pathlib import Path
from uuid import UUID

from django.conf import settings

from plainspoken.channels.models import Mailbox
from plainspoken.kernel import secrets

TIMEOUT_SECONDS = 30


class TryLater(Exception):
    """The server could not take it now; nothing left the house."""


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
    folder().mkdir(mode=0o700, exist_ok=True)
    unfinished = folder() / f".{key}"
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder() / f"{key}.eml")


def _by_smtp(mailbox: Mailbox, recipient: str, content: bytes) -> None:
    try:
        server = _connected(mailbox)
        try:
            _envelope(server, mailbox.address, recipient)
            _data(server, content)
        finally:
            _part(server)
    except smtplib.SMTPResponseException as error:
        raise _verdict(error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise TryLater(type(error).__name__) from error


def _connected(mailbox: Mailbox) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if mailbox.smtp_security == Mailbox.Security.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            mailbox.smtp_host, mailbox.smtp_port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(mailbox.smtp_host, mailbox.smtp_port, timeout=TIMEOUT_SECONDS)
    if mailbox.smtp_security == Mailbox.Security.STARTTLS:
        server.starttls(context=context)
    if mailbox.smtp_user:
        server.login(mailbox.smtp_user, secrets.get(f"mailbox.{mailbox.secret}"))
    return server


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    server.ehlo_or_helo_if_needed()
    for code, answer in (server.mail(sender), server.rcpt(recipient), server.docmd("DATA")):
        if code not in (250, 251, 354):
            raise smtplib.SMTPResponseException(code, answer)


def _data(server: smtplib.SMTP, content: bytes) -> None:
    """From the first byte on, only the server's own answer says whether it left."""
    body = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in content.splitlines())
    try:
        server.send(body + b"\r\n.\r\n")
        code, answer = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Uncertain(type(error).__name__) from error
    if code != 250:
        raise smtplib.SMTPResponseException(code, answer)


def _part(server: smtplib.SMTP) -> None:
    """Say goodbye; whether the other side answers changes nothing."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()


def _verdict(error: smtplib.SMTPResponseException) -> Exception:
    answer = (
        error.smtp_error if isinstance(error.smtp_error, str) else error.smtp_error.decode("utf-8", "replace")
    )
    said = f"{error.smtp_code} {answer}"
    return TryLater(said) if 400 <= error.smtp_code < 500 else NotAccepted(said)
