"""One mailbox read by IMAP: what is on the server comes in, in order, each message committed before it is marked there.

A reader that dies leaves nothing to rescue: its lock ends with its connection, its cursor is in the mailbox's row,
and a message that comes twice is known by its digest.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import Error, connection

from plainspoken.channels import actions
from plainspoken.channels.email import imap
from plainspoken.channels.email.imap import Line, Trouble
from plainspoken.channels.models import Mailbox
from plainspoken.kernel import blobs, clock
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import Refusal

BATCH_MESSAGES_MAX = 20
BATCH_BYTES_MAX = 40 * 1024 * 1024
FETCH_TRIES_MAX = 10
IDLE_FAILURES_MAX = 2
PAUSE_SECONDS_MIN = 1.0
PAUSE_SECONDS_MAX = 300.0
# Servers lock out whoever comes back with a wrong password too often.
REFUSED_PAUSE_SECONDS = 300.0
LOCK_LOOK_SECONDS = 5.0
# A lock of two numbers is never one of the outbox's, which holds the key of a mailbox while it serves it.
LOCK = 0x1A4D
NOTED_EVERY = timedelta(hours=1)
FETCHER = system(
    "channels.email.reader",
    "channels.raw.store",
    *(
        f"channels.mailbox.{verb}"
        for verb in ("fetch", "renumber", "pass_over", "note_contact", "note_trouble")
    ),
    "work.task.open",
)
log = structlog.get_logger()


class Reader:
    """Reads one mailbox until it is told to stop; between two tries after a trouble it pauses longer and longer."""

    def __init__(self, key: UUID, stopping: threading.Event) -> None:
        self.key = key
        self.stopping = stopping
        self.pause = PAUSE_SECONDS_MIN
        self.tries: Counter[int] = Counter()
        self.idle_failures = 0
        self.line: Line | None = None

    def run(self) -> None:
        """Until told to stop, or until the mailbox is not fetched any more."""
        try:
            while not self.stopping.is_set() and self._wanted():
                self.stopping.wait(self._turn())
        finally:
            connection.close()

    def hang_up(self) -> None:
        """From another thread: end what the reader waits for. What is being stored is stored."""
        if self.line:
            self.line.hang_up()

    def _wanted(self) -> bool:
        with suppress(Error):
            return Mailbox.objects.filter(pk=self.key).exclude(imap_host="").exists()
        return True

    def _turn(self) -> float:
        """Read as long as it goes; seconds until the next try."""
        try:
            with _alone(self.key) as mine:
                if mine:
                    self._session(Mailbox.objects.get(pk=self.key))
            return 0 if mine else LOCK_LOOK_SECONDS
        except Trouble as trouble:
            return self._troubled(trouble.kind)
        except blobs.DiskFull:
            return self._troubled(Mailbox.Trouble.ROOM)
        except (Error, Refusal) as error:
            log.warning("imap.not_stored", mailbox=str(self.key), error=type(error).__name__)
            connection.close()
            return self._longer()

    def _troubled(self, kind: Mailbox.Trouble) -> float:
        if self.stopping.is_set():
            return 0
        log.warning("imap.trouble", mailbox=str(self.key), trouble=str(kind))
        try:
            _note_trouble(Mailbox.objects.get(pk=self.key), kind)
        except (Error, Refusal) as error:
            log.warning("imap.not_noted", mailbox=str(self.key), error=type(error).__name__)
            connection.close()
        return REFUSED_PAUSE_SECONDS if kind == Mailbox.Trouble.SIGN_IN else self._longer()

    def _longer(self) -> float:
        pause, self.pause = self.pause, min(self.pause * 2, PAUSE_SECONDS_MAX)
        return pause

    def _session(self, mailbox: Mailbox) -> None:
        """As long as the line holds and the mailbox is set up as it was."""
        with imap.line(mailbox, self._opened) as line:
            if mailbox.imap_validity != line.validity:
                actions.renumber(mailbox, by=FETCHER, validity=line.validity)
                self.tries.clear()
            set_up = _set_up(mailbox)
            while not self.stopping.is_set() and _set_up(mailbox) == set_up:
                self._round(mailbox, line)
                self._wait(line)
                mailbox.refresh_from_db()

    def _opened(self, line: Line) -> None:
        self.line = line

    def _round(self, mailbox: Mailbox, line: Line) -> None:
        """Everything that is new, a batch at a time."""
        done = self._settle(mailbox, line, mailbox.imap_done_uid)
        uids = line.after(mailbox.imap_read_uid)
        while uids and not self.stopping.is_set():
            taken = self._batch(mailbox, line, uids[:BATCH_MESSAGES_MAX], done)
            uids = uids[taken:]
            done = self._settle(mailbox, line, max(done, mailbox.imap_done_uid))
        self.pause = PAUSE_SECONDS_MIN
        if done == mailbox.imap_read_uid:
            _note_contact(mailbox)

    def _batch(self, mailbox: Mailbox, line: Line, uids: list[int], done: int) -> int:
        """Keep the first of them, as many as fit; how many were dealt with."""
        place = {"validity": line.validity, "from_uid": mailbox.imap_read_uid}
        if self.tries[uids[0]] >= FETCH_TRIES_MAX:
            log.warning("imap.passed_over", mailbox=str(self.key), uid=uids[0])
            actions.pass_over(mailbox, by=FETCHER, uid=uids[0], **place)
            return 1
        contents = self._contents(line, uids)
        found = [content for content in contents if content is not None]
        last = uids[len(contents) - 1]
        actions.fetch(mailbox, by=FETCHER, contents=found, to_uid=last, done_uid=done, **place)
        for uid in uids[: len(contents)]:
            del self.tries[uid]
        return len(contents)

    def _contents(self, line: Line, uids: list[int]) -> list[bytes | None]:
        """At least one, None for each that is gone; what came before a trouble is kept first."""
        sizes, contents, total = line.sizes(uids), list[bytes | None](), 0
        for uid in uids:
            size = min(sizes.get(uid, 0), imap.CUT_BYTES)
            if contents and (total + size > BATCH_BYTES_MAX or self.tries[uid] >= FETCH_TRIES_MAX):
                break
            try:
                contents.append(line.content(uid, sizes[uid]) if uid in sizes else None)
            except Trouble:
                self.tries[uid] += 1
                if not contents:
                    raise
                break
            total += size
        return contents

    def _settle(self, mailbox: Mailbox, line: Line, done: int) -> int:
        """Up to where the messages are marked on the server. A server that refuses it holds up no mail."""
        try:
            line.settle(done, mailbox.imap_read_uid)
        except Trouble as trouble:
            if trouble.kind != Mailbox.Trouble.REFUSED:
                raise
            log.warning("imap.not_marked", mailbox=str(self.key))
            _note_trouble(mailbox, trouble.kind)
            return done
        return mailbox.imap_read_uid

    def _wait(self, line: Line) -> None:
        idle = self.idle_failures < IDLE_FAILURES_MAX
        try:
            line.wait(self.stopping, idle=idle)
        except Trouble:
            self.idle_failures += idle
            raise
        self.idle_failures = 0 if idle else self.idle_failures


def _set_up(mailbox: Mailbox) -> tuple[object, ...]:
    """What the line depends on; a change of it asks for a new one."""
    names = ("host", "port", "security", "user", "secret", "folder", "since", "afterwards", "move_to")
    return mailbox.secret, *(getattr(mailbox, f"imap_{name}") for name in names)


def _note_contact(mailbox: Mailbox) -> None:
    """Once an hour, and when a trouble is over: the ledger is no log of every look."""
    since = mailbox.imap_contact_at
    if mailbox.imap_in_trouble or since is None or clock.now() - since > NOTED_EVERY:
        actions.note_contact(mailbox, by=FETCHER)


def _note_trouble(mailbox: Mailbox, kind: Mailbox.Trouble) -> None:
    since = mailbox.imap_trouble_at
    same = mailbox.imap_in_trouble and mailbox.imap_trouble == kind
    if not same or since is None or clock.now() - since > NOTED_EVERY:
        actions.note_trouble(mailbox, by=FETCHER, trouble=kind)


@contextmanager
def _alone(key: UUID) -> Iterator[bool]:
    """A lock that ends with the connection that holds it; False when another reader has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK, str(key)])
        row = cursor.fetchone()
    mine = bool(row and row[0])
    try:
        yield mine
    finally:
        if mine:
            _let_go(key)


def _let_go(key: UUID) -> None:
    """A connection that is lost has let go already."""
    with suppress(Error), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK, str(key)])
