"""What befalls the firm: killed processes, a full disk, servers of others that are away or slow, leaps of the clock."""

import os
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import imap_peer
import smtp_peer
from chaos.customers import Told
from chaos.nodes import House, until
from chaos.server import Server
from plainspoken.kernel import clock

KILLED = ("worker", "web", "database", "backend")
FULL_SECONDS = 0.5
AWAY_SECONDS = 0.5
WAIT_SECONDS_MAX = 3.0
SECOND_THOUGHTS = timedelta(seconds=20)
MARGIN = timedelta(seconds=0.5)
# In Berlin: the hour that is not there, the end of a quarter, the hour that comes twice, the eves of a leap day and
# of the day after it. The clock leaps to a moment before each, and walks over it.
EDGES = [
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 3, 31, 22, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    datetime(2028, 2, 28, 23, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 0, tzinfo=UTC),
]
STAGES: tuple[smtp_peer.Stage, ...] = ("greeting", "hello", "mail", "rcpt", "body", "data", "quit")


class Sky:
    """`happened` counts what has. Everything is put right again by `clear`."""

    def __init__(
        self,
        seed: int,
        house: House,
        peer: Server,
        fetched: imap_peer.Peer,
        told: Told,
        *,
        disk: bool,
    ) -> None:
        self.chance = Random(f"sky {seed}")
        self.told = told
        self.house = house
        self.peer = peer
        self.fetched = fetched
        self.disk = disk
        self.happened: Counter[str] = Counter()
        self.edges = list(EDGES)
        self.filler = house.home / "filler"

    def events(self, rounds: int) -> list[Callable[[], None]]:
        """So many of each in an order of the seed; the clock only goes forward."""
        kills = [lambda part=part: self.kill(part) for part in KILLED]
        each = [*kills, self.smtp_away, self.smtp_slow, self.imap_drops, *([self.full] if self.disk else [])]
        leaps = [self.leap] * len(EDGES)
        events = [*each * rounds, *leaps]
        self.chance.shuffle(events)
        return events

    def kill(self, part: str) -> None:
        """At a moment of the seed's while somebody hands over a mail, which is when most can be lost."""
        time.sleep(self.chance.uniform(0.0, 0.4))
        self._wait(lambda: self.told.talking > 0)
        time.sleep(self.chance.uniform(0.0, 0.01))
        self.happened[f"kill {part}"] += self.house.kill(part, self.chance)

    def die_while_an_answer_leaves(self) -> None:
        """The server has the whole answer of a person, and the worker that sent it never hears so."""
        self.peer.ponders = True
        self.move_clock(clock.now() + SECOND_THOUGHTS)
        before = self.peer.pondered
        until(lambda: self.peer.pondered > before, "an answer leaves")
        self.happened["kill worker"] += self.house.kill_all("worker")
        until(lambda: self.house.parts("worker") != [], "a worker is back")
        self.peer.ponders = False

    def smtp_away(self) -> None:
        """The customers' server hangs up at some stage, or says 451 there."""
        stage = self.chance.choice(STAGES)
        if self.chance.random() < 0.5:
            self.peer.hangs_up_at = stage
        else:
            self.peer.answers = {stage: "451 later"}
        self.happened["smtp away"] += 1
        time.sleep(AWAY_SECONDS)
        self.peer.hangs_up_at, self.peer.answers = None, {}

    def smtp_slow(self) -> None:
        self.peer.gate.clear()
        self.peer.waits_at = self.chance.choice(STAGES)
        self.happened["smtp slow"] += 1
        time.sleep(AWAY_SECONDS)
        self._smtp_goes_on()

    def imap_drops(self) -> None:
        match self.chance.choice(["drops", "garbles", "refuses", "renumbers"]):
            case "drops":
                self.fetched.drops_at["FETCH"] += 1
            case "garbles":
                self.fetched.garbles_at = "FETCH"
            case "refuses":
                self.fetched.refuses = {"FETCH"}
            case "renumbers":
                self.fetched.renumbers(self.fetched.validity + 1)
        self.happened["imap"] += 1
        time.sleep(AWAY_SECONDS)
        self._imap_goes_on()

    def full(self) -> None:
        """Not a byte is free on the disk of the home."""
        with self.filler.open("wb") as file:
            _fill(file.fileno(), self.house.home)
        self.happened["disk full"] += 1
        before = self.told.again
        time.sleep(FULL_SECONDS)
        self._wait(lambda: self.told.again > before)
        self.filler.unlink()

    def leap(self) -> None:
        """To a moment before the next edge of the calendar."""
        if self.edges:
            self.move_clock(self.edges.pop(0) - MARGIN)
            self.happened["leap"] += 1
            time.sleep(MARGIN.total_seconds())

    def move_clock(self, to: datetime) -> None:
        assert to > clock.now(), "The clock only goes forward."
        clock.set_shared(self.house.home / "test-clock", to)

    def _wait(self, holds: Callable[[], bool]) -> None:
        """For a condition, and not for long: in a storm much does not come about."""
        end = time.monotonic() + WAIT_SECONDS_MAX
        while not holds() and time.monotonic() < end:
            time.sleep(0.001)

    def clear(self) -> None:
        self.filler.unlink(missing_ok=True)
        self.peer.hangs_up_at, self.peer.answers = None, {}
        self.peer.ponders = False
        self._smtp_goes_on()
        self._imap_goes_on()

    def _smtp_goes_on(self) -> None:
        self.peer.waits_at = None
        self.peer.gate.set()

    def _imap_goes_on(self) -> None:
        self.fetched.drops_at.clear()
        self.fetched.garbles_at, self.fetched.refuses = "", set()


def _fill(file: int, folder: Path) -> None:
    """In ever smaller steps, until the last block is taken."""
    step, at = 1 << 24, 0
    while step >= 4096:
        try:
            os.posix_fallocate(file, at, step)
            at += step
        except OSError:
            step //= 2
