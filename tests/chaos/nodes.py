"""The processes of the firm: as `run` keeps them, or two nodes on one database; and how they are killed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from chaos import homes
from config.copies import processes_of
from plainspoken.config import children, embedded, lock, processes
from plainspoken.config.errors import CannotStart

LOOK_SECONDS = 0.1
START_SECONDS_MAX = 120.0


class House:
    """`ports` are those of the pages, `mail_ports` those that take mail; `kill` ends one part as a power cut would."""

    def __init__(self, home: Path, first_port: int, nodes: int) -> None:
        self.home = home
        first = first_port or _free_ports(2 * nodes)
        self.ports = [first + 2 * number for number in range(nodes)]
        self.mail_ports = [port + 1 for port in self.ports]
        self.url = embedded.url(home)

    def kill(self, part: str, chance: Random) -> bool:
        """kill -9; False when there is no such process at the moment."""
        found = self.parts(part)
        if not found:
            return False
        try:
            os.kill(chance.choice(found), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def kill_all(self, part: str) -> int:
        """kill -9 of each of that part; how many."""
        found = self.parts(part)
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(found)

    def parts(self, part: str) -> list[int]:
        postmasters = [pid for pid in processes_of(self.home) if self._serves_database(pid)]
        if part == "database":
            return postmasters
        if part == "backend":
            return [pid for parent in postmasters for pid in _children(parent) if b" idle" in _words(pid)]
        granians = [pid for pid in processes_of(self.home) if b"granian" in _words(pid)]
        if part == "web":
            return granians + [pid for parent in granians for pid in _children(parent)]
        return [pid for pid in processes_of(self.home) if b"plainspoken.cli\0worker" in _words(pid)]

    def _serves_database(self, pid: int) -> bool:
        words = _words(pid).split(b"\0")
        return words[0].endswith(b"/postgres") and b"-D" in words and os.fsencode(self.home) in _words(pid)

    def variables(self, number: int) -> dict[str, str]:
        ports = {"PORT": str(self.ports[number]), "SMTP_IN_PORT": str(self.mail_ports[number])}
        return homes.variables(self.home, **ports)


@contextmanager
def one(home: Path, first_port: int, output: Path) -> Iterator[House]:
    """`plainspoken run`, which keeps database, pages and worker."""
    house = House(home, first_port, 1)
    with output.open("wb") as stream:
        command = [sys.executable, "-m", "plainspoken.cli", "run", "--demo", "--end-with-parent"]
        # The demo firm is not told: a firm is there already.
        run = subprocess.Popen(command, env=house.variables(0), stdout=stream, stderr=stream)
        try:
            until(lambda: b"is ready" in output.read_bytes() or run.poll() is not None, "the firm is open")
            assert run.poll() is None, output.read_text()
            yield house
        finally:
            run.terminate()
            run.wait(60)


@contextmanager
def two(home: Path, first_port: int, output: Path) -> Iterator[House]:
    """Two of `serve` and two of `worker` on a database that belongs to neither."""
    house = House(home, first_port, 2)
    with lock.held(home / "database.lock") as mine, output.open("wb") as stream:
        assert mine
        keeper = _Keeper(house, stream.fileno())
        keeper.start()
        try:
            until(keeper.ready, "both nodes are open")
            yield house
        finally:
            keeper.end()


class _Keeper(threading.Thread):
    """What an operator's tools do: start what has ended, at once. The kernel ends its children with it."""

    def __init__(self, house: House, output: int) -> None:
        super().__init__(name="keeper", daemon=True)
        self.house = house
        self.output = output
        self.server = embedded.Server(house.home)
        self.running: dict[tuple[str, int], subprocess.Popen[bytes]] = {}
        self.ending = threading.Event()

    def ready(self) -> bool:
        assert self.is_alive() or self.ending.is_set(), "the keeper has ended"
        return all(_listens(port) for port in (*self.house.ports, *self.house.mail_ports))

    def end(self) -> None:
        self.ending.set()
        self.join()

    def run(self) -> None:
        while not self.ending.wait(LOOK_SECONDS):
            self._look()
        children.end_together(list(self.running.values()), processes.END_SECONDS_MAX)
        self.server.stop()

    def _look(self) -> None:
        if not self.server.alive():
            try:
                self.server.start()
            except CannotStart:
                return
        for number in range(len(self.house.ports)):
            for word in ("serve", "worker"):
                standing = self.running.get((word, number))
                if standing is None or standing.poll() is not None:
                    self.running[word, number] = self._begun(word, number)

    def _begun(self, word: str, number: int) -> subprocess.Popen[bytes]:
        return children.start(
            processes.this_program(word),
            at_parent_death=signal.SIGTERM,
            environment={**self.house.variables(number), "DATABASE_URL": self.house.url},
            output=self.output,
            errors=self.output,
        )


def until(holds: Callable[[], bool], what: str, seconds: float = START_SECONDS_MAX) -> None:
    """Wait for a condition, generously: the machine may be busy."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(LOOK_SECONDS)


def _free_ports(count: int) -> int:
    """The first of so many in a row, below those that the machine itself gives to lines that go out."""
    chance = Random(os.getpid())
    while True:
        first = chance.randrange(20_000, 32_000)
        if not any(_listens(port) for port in range(first, first + count)):
            return first


def _listens(port: int) -> bool:
    return processes._listens(port)


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
