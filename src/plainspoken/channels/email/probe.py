"""Trying a mailbox's server without sending anything: how far one comes, and what stands in the way."""

import contextlib
import smtplib
import socket
import ssl
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Thread

from plainspoken.channels.email import imap, reach
from plainspoken.channels.models import Mailbox
from plainspoken.kernel import secrets

SECONDS_MAX = 10.0
SAID_CHARACTERS_MAX = 200
FETCHABLE = "fetchable"


class Step(StrEnum):
    """In the order in which they are gone."""

    NAME = "name"
    LINE = "line"
    ENCRYPTION = "encryption"
    SIGN_IN = "sign_in"
    DONE = "done"


class Outcome(StrEnum):
    WELL = "well"
    NO_SERVER = "no_server"
    NAME_UNKNOWN = "name_unknown"
    LINE_REFUSED = "line_refused"
    TOO_SLOW = "too_slow"
    NOT_TRUSTED = "not_trusted"
    NO_TLS = "no_tls"
    SIGN_IN_REFUSED = "sign_in_refused"
    SECRET_MISSING = "secret_missing"  # noqa: S105
    NOT_OFFERED = "not_offered"
    SERVER_REFUSES = "server_refuses"
    HUNG_UP = "hung_up"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The step that was reached, how it ended, and the server's own words where it gave any.

    `fetching`: FETCHABLE or a Mailbox.Trouble for a mailbox that is fetched by IMAP, else empty.
    """

    step: Step
    outcome: Outcome
    said: str = ""
    fetching: str = ""


# The first that fits: each kind of trouble before those it is a kind of.
TROUBLES: list[tuple[type[Exception], Outcome]] = [
    (smtplib.SMTPAuthenticationError, Outcome.SIGN_IN_REFUSED),
    (smtplib.SMTPNotSupportedError, Outcome.NOT_OFFERED),
    (smtplib.SMTPServerDisconnected, Outcome.HUNG_UP),
    (smtplib.SMTPException, Outcome.SERVER_REFUSES),
    (secrets.SecretMissing, Outcome.SECRET_MISSING),
    (secrets.FileTooOpen, Outcome.SECRET_MISSING),
    (socket.gaierror, Outcome.NAME_UNKNOWN),
    (UnicodeError, Outcome.NAME_UNKNOWN),
    (ssl.SSLCertVerificationError, Outcome.NOT_TRUSTED),
    (ssl.SSLError, Outcome.NO_TLS),
    (ConnectionRefusedError, Outcome.LINE_REFUSED),
    (TimeoutError, Outcome.TOO_SLOW),
    (ConnectionError, Outcome.HUNG_UP),
    (OSError, Outcome.UNREACHABLE),
]


class _Walk:
    """One attempt, step by step; whoever waits for it sees how far it has come."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.step = Step.NAME
        self.verdict: Verdict | None = None

    def go(self) -> None:
        try:
            self._go()
            self.verdict = Verdict(Step.DONE, Outcome.WELL)
        except tuple(kind for kind, _outcome in TROUBLES) as error:
            outcome = next(outcome for kind, outcome in TROUBLES if isinstance(error, kind))
            self.verdict = Verdict(self.step, outcome, _said(error))

    def _go(self) -> None:
        mailbox, context = self.mailbox, ssl.create_default_context()
        reach.check(mailbox.smtp_host, mailbox.smtp_port)
        self.step = Step.LINE
        with contextlib.ExitStack() as stack:
            server = self._reached(context)
            stack.callback(server.close)
            if mailbox.smtp_security == Mailbox.Security.STARTTLS:
                self.step = Step.ENCRYPTION
                server.starttls(context=context)
            self.step = Step.SIGN_IN
            server.ehlo_or_helo_if_needed()
            if mailbox.smtp_user:
                server.login(mailbox.smtp_user, secrets.get(f"mailbox.{mailbox.secret}"))
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _reached(self, context: ssl.SSLContext) -> smtplib.SMTP:
        host, port = self.mailbox.smtp_host, self.mailbox.smtp_port
        if self.mailbox.smtp_security != Mailbox.Security.TLS:
            return smtplib.SMTP(host, port, timeout=SECONDS_MAX)
        with socket.create_connection((host, port), timeout=SECONDS_MAX):
            self.step = Step.ENCRYPTION
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS_MAX, context=context)


def probe(mailbox: Mailbox, seconds_max: float = SECONDS_MAX) -> Verdict:
    """Sign in to the mailbox's servers as for sending and fetching, and leave: `seconds_max` at most for each."""
    return replace(_sending(mailbox, seconds_max), fetching=_fetching(mailbox, seconds_max))


def _sending(mailbox: Mailbox, seconds_max: float) -> Verdict:
    if not mailbox.smtp_host:
        return Verdict(Step.NAME, Outcome.NO_SERVER)
    walk = _Walk(mailbox)
    thread = Thread(target=walk.go, daemon=True)
    thread.start()
    thread.join(seconds_max)
    return walk.verdict or Verdict(walk.step, Outcome.TOO_SLOW)


def _fetching(mailbox: Mailbox, seconds_max: float) -> str:
    if not mailbox.imap_host:
        return ""
    found: list[str] = []
    thread = Thread(target=lambda: found.append(_opened(mailbox)), daemon=True)
    thread.start()
    thread.join(seconds_max)
    return found[0] if found else Mailbox.Trouble.UNREACHABLE.value


def _opened(mailbox: Mailbox) -> str:
    try:
        with imap.line(mailbox, lambda line: None):
            return FETCHABLE
    except imap.Trouble as trouble:
        return trouble.kind.value


def _said(error: Exception) -> str:
    if not isinstance(error, smtplib.SMTPResponseException):
        return ""
    answer = error.smtp_error
    words = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
    return f"{error.smtp_code} {words}"[:SAID_CHARACTERS_MAX]
