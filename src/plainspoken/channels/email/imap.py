"""Mail in by IMAP (RFC 3501): the line to the server of one mailbox. Its numbers are a cursor and prove nothing."""

import contextlib
import imaplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from plainspoken.channels.email import limits, reach
from plainspoken.channels.models import Mailbox
from plainspoken.kernel import secrets

CONNECT_SECONDS_MAX = 10
ANSWER_SECONDS_MAX = 60
LOOK_SECONDS = 1.0
# RFC 2177 allows 29 minutes; routers and firewalls on the way forget a silent line much earlier.
IDLE_SECONDS_MAX = 120.0
POLL_SECONDS = 30.0
# Of a larger message so much is kept that the intake finds it too large and puts it before a person.
CUT_BYTES = limits.MESSAGE_BYTES_MAX + 1
# Netease closes the mailbox to programs that do not say who they are (RFC 2971).
IDENTITY = {"name": "Plainspoken", "vendor": "Plainspoken", "version": "1"}
# What the library and those below it raise on a broken line and on answers that are none.
FAILURES = (
    OSError,
    imaplib.IMAP4.error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
)


class Trouble(Exception):
    """Nothing can be fetched at the moment; `kind` says why."""

    def __init__(self, kind: Mailbox.Trouble) -> None:
        super().__init__(kind)
        self.kind = kind


class Line:
    """Signed in to the server of a mailbox, with its folder open. Everything raises Trouble."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.validity = 0
        self.client: IMAPClient | None = None

    def open(self) -> None:
        """Connect, sign in and open the folder."""
        with _told():
            password = _password(self.mailbox)
            context = ssl.create_default_context()
            self.client = _connected(self.mailbox, context)
            if self.mailbox.imap_security == Mailbox.Security.STARTTLS:
                self.client.starttls(context)
            self.client.login(self.mailbox.imap_user, password)
            if self.client.has_capability("ID"):
                self.client.id_(IDENTITY)
        with _told(refused=Mailbox.Trouble.FOLDER):
            self.validity = int(self._client.select_folder(self.mailbox.imap_folder)[b"UIDVALIDITY"])

    def after(self, uid: int) -> list[int]:
        """The numbers beyond `uid`, in order, of messages that came since the day from which on mail is taken."""
        with _told():
            found = self._client.search(["UID", f"{uid + 1}:*", "SINCE", self.mailbox.imap_since])
            # "*" is the last message, which may well be before `uid`.
            return sorted(number for number in found if number > uid)

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Their bytes; a message that is gone has none."""
        with _told():
            found = self._client.fetch(uids, ["RFC822.SIZE"])
            return {uid: int(told[b"RFC822.SIZE"]) for uid, told in found.items() if b"RFC822.SIZE" in told}

    def content(self, uid: int, size: int) -> bytes | None:
        """The message as it is, of one that is too large the beginning; None when it is gone."""
        part = "" if size <= limits.MESSAGE_BYTES_MAX else f"<0.{CUT_BYTES}>"
        with _told():
            told = self._client.fetch([uid], [f"BODY.PEEK[]{part}"]).get(uid, {})
            contents = [value for name, value in told.items() if name.startswith(b"BODY[]")]
            return bytes(contents[0])[:CUT_BYTES] if contents else None

    def settle(self, after: int, up_to: int) -> None:
        """Do on the server what is done with mail that is safely ours. One that is too large stays untouched."""
        if up_to <= after:
            return
        with _told():
            size = str(limits.MESSAGE_BYTES_MAX + 1)
            words = ["UID", f"{after + 1}:{up_to}", "SINCE", self.mailbox.imap_since, "SMALLER", size]
            uids = [uid for uid in self._client.search(words) if after < uid <= up_to]
            if uids:
                self._settle(uids)

    def wait(self, stopping: threading.Event, *, idle: bool) -> None:
        """Until something new may be there."""
        with _told():
            if idle and self._client.has_capability("IDLE"):
                self._client.idle()
                self._listen(stopping)
                self._client.idle_done()
            else:
                stopping.wait(POLL_SECONDS)
                self._client.noop()

    def hang_up(self) -> None:
        """From another thread: whatever the line waits for ends at once."""
        with contextlib.suppress(*FAILURES):
            if self.client:
                socket.socket.shutdown(self.client.socket(), socket.SHUT_RDWR)

    def close(self) -> None:
        """Say goodbye; whether the other side answers changes nothing."""
        with contextlib.suppress(*FAILURES):
            if self.client:
                self.client.socket().settimeout(LOOK_SECONDS)
                self.client.logout()
        with contextlib.suppress(*FAILURES):
            if self.client:
                self.client.shutdown()

    @property
    def _client(self) -> IMAPClient:
        assert self.client, "The line was opened."
        return self.client

    def _listen(self, stopping: threading.Event) -> None:
        """Until the server tells something. A line that has something to read and says nothing may be dead."""
        until = time.monotonic() + IDLE_SECONDS_MAX
        while not stopping.is_set() and (now := time.monotonic()) < until:
            if self._client.idle_check(LOOK_SECONDS) or time.monotonic() - now < LOOK_SECONDS / 2:
                return

    def _settle(self, uids: list[int]) -> None:
        match self.mailbox.imap_afterwards:
            case Mailbox.Afterwards.SEEN:
                self._client.add_flags(uids, [b"\\Seen"], silent=True)
            case Mailbox.Afterwards.MOVE:
                self._move(uids)
            case Mailbox.Afterwards.DELETE:
                self._delete(uids)

    def _move(self, uids: list[int]) -> None:
        if self._client.has_capability("MOVE"):
            self._client.move(uids, self.mailbox.imap_move_to)
        else:
            self._client.copy(uids, self.mailbox.imap_move_to)
            self._delete(uids)

    def _delete(self, uids: list[int]) -> None:
        """A server without UIDPLUS could only expunge what others deleted too: there they stay marked."""
        self._client.delete_messages(uids, silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)


@contextlib.contextmanager
def line(mailbox: Mailbox, opened: Callable[[Line], None]) -> Iterator[Line]:
    """An open line; `opened` is told of it before it connects, so that it can be hung up. Raises Trouble."""
    one = Line(mailbox)
    opened(one)
    try:
        one.open()
        yield one
    finally:
        one.close()


def _connected(mailbox: Mailbox, context: ssl.SSLContext) -> IMAPClient:
    tls = mailbox.imap_security == Mailbox.Security.TLS
    reach.check(mailbox.imap_host, mailbox.imap_port)
    return IMAPClient(
        mailbox.imap_host,
        port=mailbox.imap_port,
        ssl=tls,
        ssl_context=context if tls else None,
        timeout=SocketTimeout(connect=CONNECT_SECONDS_MAX, read=ANSWER_SECONDS_MAX),
    )


def _password(mailbox: Mailbox) -> str:
    try:
        return secrets.get(f"mailbox.{mailbox.imap_secret or mailbox.secret}")
    except (secrets.SecretMissing, secrets.FileTooOpen) as error:
        raise Trouble(Mailbox.Trouble.SECRET) from error


@contextlib.contextmanager
def _told(refused: Mailbox.Trouble = Mailbox.Trouble.REFUSED) -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        raise Trouble(_kind(error, refused)) from error


def _kind(error: Exception, refused: Mailbox.Trouble) -> Mailbox.Trouble:
    if isinstance(error, LoginError):
        broken = isinstance(error.__context__, imaplib.IMAP4.abort)
        return Mailbox.Trouble.UNREACHABLE if broken else Mailbox.Trouble.SIGN_IN
    if isinstance(error, ssl.SSLCertVerificationError):
        return Mailbox.Trouble.CERTIFICATE
    if isinstance(error, OSError | imaplib.IMAP4.abort):
        return Mailbox.Trouble.UNREACHABLE
    return refused if isinstance(error, imaplib.IMAP4.error) else Mailbox.Trouble.GARBLED
