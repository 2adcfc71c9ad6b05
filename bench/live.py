"""A change on another agent's screen: from the click that makes it until the changed part has been fetched there."""

import http.client
import itertools
import random
import selectors
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

from bench import browser, house, pages
from bench.browser import Browser
from bench.figures import Figure, p50, p95
from plainspoken.config import environment

STREAMS, STREAMS_OF_A_SMALL_FIRM = 300, 12
WRITER, WATCHER = "lin", "he"
OTHERS = ("lin", "he", "shen", "tang", "feng")
# A screen waits a moment of its own before it fetches: SPREAD_MS in frontend/elements/live.ts.
SPREAD_SECONDS = 0.25
TIMES = 100


class Stream:
    """One open screen; `hears` waits until it is told of the record."""

    def __init__(self, reader: Browser) -> None:
        self.answer = self._opened(reader)
        self._until(b"event: hello")

    def hears(self, key: str, sent: Future[None]) -> None:
        """Raises what `sent` raised."""
        self._until(key.encode(), sent)

    def _opened(self, reader: Browser) -> http.client.HTTPResponse:
        """As a browser does: a process that is full is asked again, and the other one may answer."""
        while True:
            self.line = http.client.HTTPConnection("127.0.0.1", environment.port(), timeout=60)
            self.line.request("GET", f"/live/?tab={uuid4()}", headers=reader.headers())
            answer = self.line.getresponse()
            if answer.status == http.client.OK:
                return answer
            self.line.close()
            time.sleep(0.2)

    def _until(self, wanted: bytes, sent: Future[None] | None = None) -> None:
        while wanted not in (line := self.answer.readline()):
            assert line, "the stream has ended"
            if sent and sent.done():
                sent.result()


def live(size: int) -> list[Figure]:
    """With STREAMS screens open an agent answers; another's list of cases, or the case itself, shows it."""
    streams = STREAMS if browser.is_large(size) else STREAMS_OF_A_SMALL_FIRM
    with house.pages():
        people = {name: Browser().sign_in(name) for name in OTHERS}
        with _open(list(people.values()), streams):
            changes = pages.answers(WRITER)
            parts = ("list", "case")
            times = min(browser.readings(size), TIMES)
            found = {part: _seen(part, changes, people[WRITER], people[WATCHER], times) for part in parts}
    worst = max(parts, key=lambda part: p95(found[part]))
    return [
        Figure("live", size, p50(found[worst]), p95(found[worst]), worst=f"{worst}, {streams} screens open")
    ]


def _seen(
    part: str, changes: Iterator[pages.Answered], writer: Browser, watcher: Browser, times: int
) -> list[float]:
    stream, seconds = Stream(watcher), []
    with ThreadPoolExecutor(1) as clicks:
        for change in itertools.islice(changes, times):
            began = time.perf_counter()
            sent = clicks.submit(change.post, writer)
            stream.hears(str(change.case.conversation_id), sent)
            time.sleep(random.random() * SPREAD_SECONDS)
            watcher.fragment("/live/list/" if part == "list" else f"/live/cases/{change.case.pk}/")
            seconds.append(time.perf_counter() - began)
            sent.result()
    stream.line.close()
    return seconds


@contextmanager
def _open(readers: list[Browser], count: int) -> Iterator[None]:
    """Inside the block that many other screens are open, and are read by one thread."""
    streams = [Stream(reader) for reader, _ in zip(itertools.cycle(readers), range(count - 1), strict=False)]
    over = threading.Event()
    thread = threading.Thread(target=_drain, args=(streams, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for one in streams:
            one.line.close()


def _drain(streams: list[Stream], over: threading.Event) -> None:
    with selectors.DefaultSelector() as waiting:
        for one in streams:
            waiting.register(one.line.sock, selectors.EVENT_READ)
        while not over.is_set():
            for key, _ in waiting.select(timeout=0.2):
                key.fileobj.recv(65_536)  # type: ignore[union-attr]
