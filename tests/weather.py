"""Bad weather for tests: a database that is away, locks that are held, and other processes of this program."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

WAIT_SECONDS_MAX = 20.0


def wait_until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + WAIT_SECONDS_MAX
    while not holds():
        assert time.monotonic() < until, f"waited in vain until {what}"
        time.sleep(0.01)


@contextmanager
def database_away() -> Iterator[None]:
    """The database throws out everyone but the test itself, and lets nobody in."""
    name, own = connection.settings_dict["NAME"], backend()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
                [name, own],
            )
            yield
        finally:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def waiting_for_a_lock() -> int:
    """How many others wait for a lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def plainspoken(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of the program in a process of its own, on the database of this test."""
    return subprocess.run(
        [sys.executable, "-m", "plainspoken.cli", *words],
        env={**os.environ, "DATABASE_URL": url(), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def url() -> str:
    """Where the database of this test is; its connection parameters, as libpq reads them."""
    assert connection.connection is not None, "ask after the first query"
    info = connection.connection.info
    said = {**info.get_parameters(), "password": info.password}
    return " ".join(f"{name}={value}" for name, value in said.items() if value)


def forked(work: Callable[[], object]) -> int:
    """A process of its own that does it again and again until it is killed; its number.

    The connection it inherits is its parent's: psycopg leaves that alone in another process.
    """
    child = os.fork()
    if child:
        return child
    try:
        connection.connection = None
        while True:
            work()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def killed(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def thread(work: Callable[[], object]) -> threading.Thread:
    """A thread that does it, and gives its database connection back."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    started = threading.Thread(target=run)
    started.start()
    return started


def later(seconds: float, work: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, work)
    timer.start()
    return timer
