"""Flowing work is a drain: its state is in its row; a worker claims up to n rows and commits them together.

A killed worker leaves nothing to rescue: its claim ends with its transaction. A batch that fails is halved
until the bad row is alone; that one is put before a person and the rest goes on. `NOTIFY` wakes a drain; a
look every `LOOK_SECONDS` makes up for a lost wake-up.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import psycopg
import structlog
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)

from plainspoken.kernel import refusals, remembered, together
from plainspoken.kernel.errors import Refusal

LOOK_SECONDS = 5.0
RECONNECT_SECONDS = 1.0
BATCH_ROWS = 50
REST_UNDER_PRESSURE = 19.0
CHANNEL = "drain"
log = structlog.get_logger()


class Source(Protocol):
    """What a drain takes from and what it does with it."""

    def claim(self, limit: int) -> Sequence[Any]:
        """Up to `limit` waiting rows, locked with SKIP LOCKED."""

    def work(self, rows: Sequence[Any]) -> None:
        """Do them all, in the transaction that claimed them."""

    def stuck(self, row: Any, error: Exception) -> None:
        """Put a row that cannot be done before a person, so that it is not claimed again."""


@dataclass(frozen=True, slots=True)
class Drain:
    """`lanes`: how many batches one worker does at once, each on a connection of its own.

    While an `urgent` one has something to do, the others of its worker rest after each batch: what piles up meanwhile
    costs less when it is done together. `rest`: how many times as long as its batch took a drain always rests.
    """

    name: str
    batch: Callable[[], int]
    lanes: int = 1
    urgent: bool = False
    rest: float = 0.0


drains: dict[str, Drain] = {}


def register(
    name: str, source: Source, *, rows: int = BATCH_ROWS, urgent: bool = False, rest: float = 0.0
) -> None:
    """Make a drain known under the name that `wake` uses."""
    register_batch(name, partial(batch, name, source, rows), urgent=urgent, rest=rest)


def register_batch(
    name: str, batch: Callable[[], int], *, lanes: int = 1, urgent: bool = False, rest: float = 0.0
) -> None:
    """A drain that keeps its own transactions: `batch` does one batch and returns how many rows it took."""
    assert name not in drains, f"two drains are called {name}"
    drains[name] = Drain(name, batch, lanes, urgent, rest)


def wake(*names: str) -> None:
    """Tell the workers, when this transaction commits, that these drains have something to do."""
    together.at_end(_ring, names)


def _ring(names: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, name) FROM unnest(%s::text[]) AS name", [CHANNEL, list(names)])


def batch(name: str, source: Source, limit: int, *, again: bool = False) -> int:
    """Do one batch; how many rows were taken. A database that does not answer is raised, not blamed on a row.

    Nor is what another process has just written: a row that meets it is tried `again`, once.
    """
    rows: Sequence[Any] = ()
    try:
        with transaction.atomic(), together.gathered(), remembered.in_a_batch():
            rows = source.claim(limit)
            if rows:
                source.work(rows)
        return len(rows)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(rows) > 1:
            return batch(name, source, len(rows) // 2)
        if not rows:
            raise
        if isinstance(error, IntegrityError) and not again:
            return batch(name, source, 1, again=True)
        _put_aside(name, source, rows[0], error)
        return 1


def _put_aside(name: str, source: Source, row: Any, error: Exception) -> None:
    log.error("drain.stuck", drain=name, row=str(row.pk), error=type(error).__name__, exc_info=error)
    with transaction.atomic():
        if isinstance(error, Refusal):
            refusals.write(error)
        source.stuck(row, error)


def run_until_empty(*names: str) -> int:
    """Do batches of the named drains (all, when none is named) until none finds anything."""
    chosen = [drains[name] for name in names or drains]
    total = 0
    while done := sum(one.batch() for one in chosen):
        total += done
    return total


class Workers:
    """One thread a lane of a drain and one that listens; `stop` ends them all after the batch at hand."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self.stopping = threading.Event()
        self.relieved = threading.Event()
        self.relieved.set()
        self.bells = {name: threading.Event() for name in names or drains}
        self.threads = [threading.Thread(target=self._listen, name="drain-bell", daemon=True)]
        self.threads += [
            threading.Thread(target=self._turn, args=(drains[name],), name=f"drain-{name}", daemon=True)
            for name in self.bells
            for _lane in range(drains[name].lanes)
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        self.stopping.set()
        self.relieved.set()
        for bell in self.bells.values():
            bell.set()
        for thread in self.threads:
            thread.join(timeout_s)

    def _turn(self, drain: Drain) -> None:
        bell = self.bells[drain.name]
        while not self.stopping.is_set():
            bell.clear()
            began = time.monotonic()
            done = self._drained(drain)
            if drain.urgent:
                self._press(done > 0)
            if done:
                self._rest(drain, time.monotonic() - began)
            else:
                bell.wait(LOOK_SECONDS)
        connection.close()

    def _press(self, busy: bool) -> None:
        if busy and not self.stopping.is_set():
            self.relieved.clear()
        else:
            self.relieved.set()

    def _rest(self, drain: Drain, took_s: float) -> None:
        self.stopping.wait(min(took_s * drain.rest, LOOK_SECONDS))
        if not drain.urgent:
            self.relieved.wait(min(took_s * REST_UNDER_PRESSURE, LOOK_SECONDS))

    def _drained(self, drain: Drain) -> int:
        """One batch. Whatever goes wrong, the drain goes on: its rows wait, and the log says why."""
        try:
            return drain.batch()
        except Exception as error:
            log.error("drain.failed", drain=drain.name, error=type(error).__name__, exc_info=error)
            close_old_connections()
            self.stopping.wait(RECONNECT_SECONDS)
            return 0

    def _listen(self) -> None:
        while not self.stopping.is_set():
            try:
                self._hear()
            except (DatabaseError, psycopg.Error) as error:
                log.warning("drain.bell", error=type(error).__name__)
                connection.close()
                self.stopping.wait(RECONNECT_SECONDS)
        connection.close()

    def _hear(self) -> None:
        connection.ensure_connection()
        raw = connection.connection
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        while not self.stopping.is_set():
            for notice in raw.notifies(timeout=1.0):
                if bell := self.bells.get(notice.payload):
                    bell.set()
