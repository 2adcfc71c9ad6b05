"""Where the measured copy lives, its processes as `run` starts them, and how it is reached."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from plainspoken.config import children, embedded, environment, processes
from plainspoken.config.processes import Child

HOMES = Path(__file__).resolve().parent.parent / "build" / "bench"
PORT, SMTP_IN_PORT = "8799", "2799"
LOOK_SECONDS = 0.02
WAIT_SECONDS_MAX = 120.0


class NotReady(Exception):
    """A process did not come up; its last words stand above."""


@contextmanager
def opened(size: int, *, durable: bool = True) -> Iterator[None]:
    """Inside the block the database answers and Django is set up on it, in this process and those it starts.

    What is not `durable` is only for filling: nothing waits for the disk.
    """
    home = HOMES / str(size)
    os.environ["PLAINSPOKEN_HOME"] = str(home)
    os.environ["PLAINSPOKEN_DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plainspoken.config.settings")
    os.environ.setdefault("PORT", PORT)
    os.environ.setdefault("SMTP_IN_PORT", SMTP_IN_PORT)
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(embedded.running(home, durable=durable))
        import django

        django.setup()
        stack.callback(_close)
        yield


def _close() -> None:
    from django.db import connection

    connection.close()


@contextmanager
def pages(*command: str) -> Iterator[Child]:
    """Inside the block pages are answered, by the program or by another application under the same granian."""
    web = processes.web()
    web.command = [*web.command[:-1], *(command or web.command[-1:])]
    with running(web):
        until(lambda: answers(environment.port()), "pages are answered")
        yield web


@contextmanager
def workers(count: int = 1) -> Iterator[list[Child]]:
    """Inside the block so many workers do what flows; the first receives mail on SMTP_IN_PORT."""
    first = environment.smtp_in_port()
    with ExitStack() as stack:
        started = []
        for number in range(count):
            os.environ["SMTP_IN_PORT"] = str(first + number)
            started.append(stack.enter_context(running(processes.worker())))
        os.environ["SMTP_IN_PORT"] = str(first)
        until(lambda: all(answers(first + number) for number in range(count)), "workers listen")
        yield started


def until(holds: Callable[[], bool], what: str, seconds: float = WAIT_SECONDS_MAX) -> None:
    """Wait. Raises NotReady."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise NotReady(f"waited {seconds:.0f} s in vain until {what}")
        time.sleep(LOOK_SECONDS)


def answers(port: int) -> bool:

    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def memory_mb(*roots: Child) -> float:
    """The memory of the processes and their children, what they share counted once (PSS)."""
    found = [root.process.pid for root in roots if root.process]
    for pid in found:
        found += [
            int(kid)
            for task in Path(f"/proc/{pid}/task").glob("*/children")
            for kid in task.read_text().split()
        ]
    return sum(_pss_kb(pid) for pid in found) / 1024


def _pss_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


@contextmanager
def running(child: Child) -> Iterator[Child]:
    """Inside the block the process runs; it is ended in order."""
    child.start()
    try:
        yield child
    finally:
        assert child.process
        children.end_together([child.process], processes.END_SECONDS_MAX)
