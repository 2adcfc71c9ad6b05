"""Mail in by IMAP (RFC 3501): one reader a mailbox, told of new mail by IDLE (RFC 2177), else looking now and then.

A message is stored and committed before anything is changed on the server. UIDs are a cursor: that a message is taken
in once is found out by its digest, so a folder that was numbered anew is read again from its beginning.
"""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from django.db import Error, close_old_connections, connection
from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

from plainspoken.channels import actions
from plainspoken.channels.email import limits
from plainspoken.channels.models import Fetching, Mailbox
from plainspoken.kernel import locks, secrets
from plainspoken.kernel.actor import system

TIMEOUT_SECONDS = 30
# Servers may end an idle line after some minutes, and one may have told of new mail just before it went idle.
IDLE_SECONDS_MAX = 120
IDLE_LOOK_SECONDS = 1.0
POLL_SECONDS = 30.0
RETRY_SECONDS = 1.0
RETRY_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 5.0
WHOLE, PART = "BODY.PEEK[]", f"BODY.PEEK[]<0.{limits.MESSAGE_BYTES_MAX + 1}>"
WHO = {"name": "Plainspoken"}
TROUBLES = (IMAPClientError, OSError, ssl.SSLError, secrets.SecretMissing, Error)
READER = system(
    "channels.email.imap", "channels.raw.store", "channels.fetching.advance", "channels.fetching.note"
)
log = structlog.get_logger()


class Readers:
    """A thread for each mailbox with an IMAP server, and one that looks for such mailboxes."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.readers: dict[UUID, Reader] = {}
        self._thread = threading.Thread(target=self._keep, name="imap", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is being stored is stored; an idle line is closed at once."""
        self.stopping.set()
        self._thread.join(STOP_SECONDS_MAX)
        for reader in self.readers.values():
            reader.thread.join(STOP_SECONDS_MAX)

    def _keep(self) -> None:
        while not self.stopping.is_set():
            try:
                self._begin()
            except Error as error:
                log.warning("imap.mailboxes", error=type(error).__name__)
                connection.close()
            self.stopping.wait(POLL_SECONDS)
        connection.close()

    def _begin(self) -> None:
        for mailbox in Mailbox.objects.exclude(imap_host=""):
            reader = self.readers.get(mailbox.pk)
            if reader is None or not reader.thread.is_alive():
                self.readers[mailbox.pk] = Reader(mailbox.pk, self.stopping)
                self.readers[mailbox.pk].thread.start()


class Reader:
    """Reads one mailbox for as long as it has an IMAP server; another worker may hold it, then this one waits."""

    def __init__(self, key: UUID, stopping: threading.Event) -> None:
        self.key = key
        self.stopping = stopping
        self.thread = threading.Thread(target=self._run, name=f"imap-{key}", daemon=True)
        self._retry = RETRY_SECONDS

    def _run(self) -> None:
        while not self.stopping.is_set():
            close_old_connections()
            try:
                if not self._alone():
                    break
            except TROUBLES as error:
                self._note(error)
                self.stopping.wait(self._retry)
                self._retry = min(self._retry * 2, RETRY_SECONDS_MAX)
        connection.close()

    def _alone(self) -> bool:
        """Read while this process holds the mailbox; False when it has no server any more."""
        with locks.held(self.key) as mine:
            mailbox = Mailbox.objects.exclude(imap_host="").filter(pk=self.key).first()
            if mailbox is None:
                return False
            if mine:
                self._read(mailbox)
            else:
                self.stopping.wait(POLL_SECONDS)
            return True

    def _read(self, mailbox: Mailbox) -> None:
        with opened(mailbox) as client:
            validity = _select(client, mailbox)
            actions.note_line(mailbox, by=READER)
            self._retry = RETRY_SECONDS
            while not self.stopping.is_set() and _as_it_was(mailbox):
                take_in(client, mailbox, validity, self.stopping)
                wait(client, self.stopping)

    def _note(self, error: Exception) -> None:
        """In the log each time, on the mailbox when it is another trouble than before."""
        log.warning("imap.line", mailbox=str(self.key), error=type(error).__name__)
        if isinstance(error, Error):
            connection.close()
        elif not Fetching.objects.filter(pk=self.key, trouble=said(error)).exists():
            actions.note_line(Mailbox.objects.get(pk=self.key), by=READER, trouble=said(error))


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[IMAPClient]:
    """A line to the server, signed in. Raises what TROUBLES names."""
    client = IMAPClient(
        mailbox.imap_host,
        mailbox.imap_port,
        ssl=mailbox.imap_security == Mailbox.Security.TLS,
        ssl_context=ssl.create_default_context(),
        timeout=TIMEOUT_SECONDS,
    )
    try:
        if mailbox.imap_security == Mailbox.Security.STARTTLS:
            client.starttls(ssl.create_default_context())
        client.login(mailbox.imap_user, secrets.get(f"mailbox.{mailbox.secret}"))
        if client.has_capability("ID"):
            client.id_(WHO)  # RFC 2971; some servers let nobody read who does not say who they are
        yield client
    finally:
        client.shutdown()


def take_in(client: IMAPClient, mailbox: Mailbox, validity: int, stopping: threading.Event) -> int:
    """Everything above the cursor, oldest first, each committed before it is marked as seen; how many."""
    after, taken = _cursor(mailbox, validity), 0
    for uid in _above(client, after):
        if stopping.is_set():
            break
        content = _content(client, uid)
        if content is not None:
            actions.fetch(mailbox, by=READER, uid_validity=validity, uid=uid, content=content)
            client.add_flags([uid], [SEEN], silent=True)
            taken += 1
    return taken


def wait(client: IMAPClient, stopping: threading.Event) -> None:
    """Until the server says that something is new, or it is time to look, or we are to stop."""
    if not client.has_capability("IDLE"):
        stopping.wait(POLL_SECONDS)
        client.noop()
        return
    client.idle()
    for _ in range(int(IDLE_SECONDS_MAX / IDLE_LOOK_SECONDS)):
        if stopping.is_set() or client.idle_check(timeout=IDLE_LOOK_SECONDS):
            break
    client.idle_done()


def said(error: Exception) -> str:
    """What an administrator reads of it: the kind of error and the server's words."""
    return f"{type(error).__name__}: {error}"[: actions.TROUBLE_CHARACTERS_MAX]


def _select(client: IMAPClient, mailbox: Mailbox) -> int:
    return int(client.select_folder(mailbox.imap_folder)[b"UIDVALIDITY"])


def _cursor(mailbox: Mailbox, validity: int) -> int:
    found = Fetching.objects.filter(mailbox=mailbox, uid_validity=validity).first()
    return found.last_uid if found else 0


def _above(client: IMAPClient, after: int) -> list[int]:
    """`n:*` names the last message even where it is below n."""
    return sorted(uid for uid in client.search(["UID", f"{after + 1}:*"]) if uid > after)


def _content(client: IMAPClient, uid: int) -> bytes | None:
    """The message as it is; of one that is larger than we take, so much that intake sees that. None: it has gone."""
    size = client.fetch([uid], ["RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE")
    if size is None:
        return None
    whole = size <= limits.MESSAGE_BYTES_MAX
    found = client.fetch([uid], [WHOLE if whole else PART]).get(uid, {})
    return next((value for name, value in found.items() if name.startswith(b"BODY[]")), None)


def _as_it_was(mailbox: Mailbox) -> bool:
    """A change of the mailbox takes effect with the next look."""
    columns = ("imap_host", "imap_port", "imap_security", "imap_user", "imap_folder", "secret")
    known = {column: getattr(mailbox, column) for column in columns}
    return Mailbox.objects.filter(pk=mailbox.pk, **known).exists()
