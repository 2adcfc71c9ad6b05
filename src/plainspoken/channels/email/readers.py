"""A reader for each mailbox that has a mail server to fetch from, in a thread of its own: none waits for another."""

import sys
import threading
import time
from uuid import UUID

import structlog
from django.db import Error, connection

from plainspoken.channels.email.reader import Reader
from plainspoken.channels.models import Mailbox

LOOK_SECONDS = 10.0
MAILBOXES_MAX = 50
STOP_SECONDS_MAX = 4.0
log = structlog.get_logger()


class Readers:
    """Looks every `LOOK_SECONDS` which mailboxes are to be read, and starts again a reader that ended."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.running: dict[UUID, tuple[Reader, threading.Thread]] = {}
        self.watch = threading.Thread(target=self._watch, name="imap", daemon=True)

    def start(self) -> None:
        self.watch.start()

    def stop(self) -> None:
        """What is being stored is stored; a server that does not answer is not waited for."""
        until = time.monotonic() + STOP_SECONDS_MAX
        self.stopping.set()
        if self.watch.ident:
            self.watch.join(STOP_SECONDS_MAX)
        for reader, _ in self.running.values():
            reader.hang_up()
        for _, thread in self.running.values():
            thread.join(max(0.0, until - time.monotonic()))

    def _watch(self) -> None:
        while not self.stopping.is_set():
            try:
                self._look()
            except Error as error:
                log.warning("imap.no_database", error=type(error).__name__)
                connection.close()
            self.stopping.wait(LOOK_SECONDS)
        connection.close()

    def _look(self) -> None:
        fetched = Mailbox.objects.exclude(imap_host="").order_by("id")
        keys = list(fetched.values_list("pk", flat=True)[: MAILBOXES_MAX + 1])
        if len(keys) > MAILBOXES_MAX:
            log.error("imap.too_many_mailboxes", most=MAILBOXES_MAX)
        for key in keys[:MAILBOXES_MAX]:
            if key not in self.running or not self.running[key][1].is_alive():
                self._begin(key)

    def _begin(self, key: UUID) -> None:
        reader = Reader(key, self.stopping)
        thread = threading.Thread(target=_read, args=(reader,), name="imap-reader", daemon=True)
        self.running[key] = reader, thread
        thread.start()


def _read(reader: Reader) -> None:
    """An error that nobody foresaw ends the thread; the next look begins another."""
    try:
        reader.run()
    finally:
        if error := sys.exc_info()[1]:
            log.error("imap.reader_ended", mailbox=str(reader.key), exc_info=error)
