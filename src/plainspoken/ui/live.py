"""The stream of a screen: what has changed, by code and id, as it commits, until the reader goes or may no longer.

A process has one connection that listens and one hub that hands each notice to the streams it concerns. What was
heard in the last moments is kept, so that a screen that comes back is told what it missed; when that cannot be
known it is told so, and fetches anew what it shows. Nothing here is relied on: a process may die at any time.
"""

import json
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
import structlog
from django.db import DatabaseError, close_old_connections, connection

from plainspoken.kernel import clock, live, presence
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.live import Audience, Notice

STREAMS_MAX = 180
WAITING_MAX = 100
HEARD_MAX = 2_000
BEAT_SECONDS = 10.0
RECHECK_BEATS = 6
LISTEN_SECONDS_MAX = 5.0
LOOK_SECONDS = 1.0
RECONNECT_SECONDS = 1.0
RETRY_MS = 2_000
# Clocks of two machines may differ by this much; what is told twice does no harm.
SKEW_MS = 2_000
STREAM = "ui.stream"
RIGHTS = frozenset({"organization.firm", "organization.person"})
GAP = Notice(live.GAP, live.NOBODY_KNOWS, Audience(everybody=True))
log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class Stream:
    """One open screen: whose it is, which conversation it shows, and what it has not been told yet.

    `tab` names the browser's tab: when it opens another page, the stream of the page before ends.
    """

    actor: Actor
    about: UUID | None = None
    tab: UUID | None = None
    after: int = 0
    id: UUID = field(default_factory=uuid4)
    waiting: "queue.Queue[Notice | None]" = field(default_factory=lambda: queue.Queue(WAITING_MAX))
    over: bool = False

    def hears(self, notice: Notice) -> bool:
        if notice.subject == live.PRESENCE:
            return notice.id == self.about
        return notice.audience.has(self.actor)

    def give(self, notice: Notice) -> None:
        """A reader too slow to keep up is let go: it comes back and fetches anew what it shows."""
        try:
            self.waiting.put_nowait(notice)
        except queue.Full:
            self.end()

    def end(self) -> None:
        self.over = True
        try:
            self.waiting.put_nowait(None)
        except queue.Full:
            return

    def next(self) -> Notice | None:
        """What comes within a beat of the heart; None when nothing did, or the stream is over."""
        try:
            return self.waiting.get(timeout=BEAT_SECONDS)
        except queue.Empty:
            return None


class Hub:
    """The streams of this process, and the one connection that listens while there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: set[Stream] = set()
        self._heard: deque[tuple[int, Notice]] = deque(maxlen=HEARD_MAX)
        self._since: int | None = None
        self._listening = threading.Event()
        self._thread: threading.Thread | None = None
        self._ended = False

    @property
    def full(self) -> bool:
        """Whether as many streams are open as leave threads for pages."""
        return len(self._streams) >= STREAMS_MAX

    @property
    def idle(self) -> bool:
        """Whether nobody listens, so that no connection is held."""
        return self._thread is None

    def join(self, stream: Stream) -> bool:
        """From now on the stream is told; False when something may have been missed since `stream.after`."""
        with self._lock:
            self._streams.add(stream)
        self._listen()
        with self._lock:
            if self._ended:
                stream.end()
            whole = self._since is not None and self._since <= stream.after - SKEW_MS
            for at, notice in self._heard if whole else ():
                if at >= stream.after - SKEW_MS and notice.subject != STREAM and stream.hears(notice):
                    stream.give(notice)
        return whole

    def leave(self, stream: Stream) -> None:
        with self._lock:
            self._streams.discard(stream)

    def end(self) -> None:
        """The process is to end: every stream ends now."""
        with self._lock:
            self._ended = True
            for stream in self._streams:
                stream.end()

    def hear(self, notice: Notice) -> None:
        with self._lock:
            if notice.subject == live.GAP:
                self._heard.clear()
                self._since = now_ms()
            elif len(self._heard) == HEARD_MAX:
                self._since = self._heard[0][0] + 1
            self._heard.append((now_ms(), notice))
            for stream in self._streams:
                if notice.subject == STREAM:
                    self._replaced(stream, notice)
                elif stream.hears(notice):
                    stream.give(notice)

    def _replaced(self, stream: Stream, notice: Notice) -> None:
        """The tab of the notice has another stream now, whose id stands where people do."""
        if stream.tab == notice.id and stream.id not in notice.audience.people:
            stream.end()

    def _listen(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._listening.clear()
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()
        self._listening.wait(LISTEN_SECONDS_MAX)

    def _run(self) -> None:
        """Until no stream is left."""
        while True:
            try:
                self._hear()
                return
            except psycopg.Error as error:
                log.warning("live.line", error=type(error).__name__)
                self._listening.clear()
                with self._lock:
                    self._since = None
                threading.Event().wait(RECONNECT_SECONDS)

    def _hear(self) -> None:
        with psycopg.connect(**connection.get_connection_params(), autocommit=True) as line:
            line.execute(f"LISTEN {live.CHANNEL}")
            self.hear(GAP)
            self._listening.set()
            while self._streams_left():
                for notice in line.notifies(timeout=LOOK_SECONDS):
                    self.hear(Notice.unpacked(notice.payload))

    def _streams_left(self) -> bool:
        """The thread ends under the lock, so that whoever joins next sees that it has."""
        with self._lock:
            if not self._streams and self._listening.is_set():
                self._thread, self._since = None, None
            return self._thread is not None


hub = Hub()


def give_back() -> None:
    """Let pages have the connection: a stream stays open for hours and needs one for moments."""
    if not connection.in_atomic_block:
        close_old_connections()


def now_ms() -> int:
    return int(clock.now().timestamp() * 1000)


def events(stream: Stream, look_again: Callable[[Stream], Actor | None]) -> Iterator[bytes]:
    """The stream as server-sent events. `look_again` says who the reader is now, None when there is none."""
    beats = 0
    whole = hub.join(stream)
    try:
        _arrive(stream)
        yield f"retry: {RETRY_MS}\n".encode() + _event("hello", whole=whole)
        while not stream.over:
            notice = stream.next()
            beats = beats + 1 if notice is None else beats
            if _in_doubt(stream, notice, beats) and not _still(stream, look_again):
                yield _event("ended")
                return
            yield _told(stream, notice)
    finally:
        hub.leave(stream)
        _depart(stream)


def _told(stream: Stream, notice: Notice | None) -> bytes:
    if notice:
        return _event("changed", subject=notice.subject, id=str(notice.id))
    if stream.about and not stream.over:
        presence.stay(stream.id)
        give_back()
    return b": still here\n\n"


def _in_doubt(stream: Stream, notice: Notice | None, beats: int) -> bool:
    """Rights change by what is told, and by the day."""
    return notice.subject in RIGHTS if notice else beats % RECHECK_BEATS == 0


def _still(stream: Stream, look_again: Callable[[Stream], Actor | None]) -> bool:
    actor = look_again(stream)
    give_back()
    if actor:
        stream.actor = actor
    return actor is not None


def _arrive(stream: Stream) -> None:
    """The page before in the same tab is left, whichever process tells it."""
    if stream.tab:
        live.send([Notice(STREAM, stream.tab, Audience(people=frozenset({stream.id})))])
    if stream.about:
        presence.arrive(stream.id, stream.about, stream.actor.id)
    give_back()


def forget(stream: Stream) -> None:
    """The reader may no longer see the conversation: the stream goes on without it."""
    _depart(stream)
    stream.about = None


def _depart(stream: Stream) -> None:
    """Without a database the presence ends by itself, some seconds later."""
    if stream.about:
        with suppress(DatabaseError):
            presence.leave(stream.id, stream.about)
    give_back()


def _event(name: str, **data: object) -> bytes:
    return f"id: {now_ms()}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()
