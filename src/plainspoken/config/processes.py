"""`run` and its processes: started in order, kept running, ended together.

No child outlives this process: it ends them when told to stop, the kernel ends them when it is killed.
"""

import contextlib
import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn, Protocol

from plainspoken.config import children, environment
from plainspoken.config.errors import CannotStart

WEB_WORKERS = 2
THREADS_PER_WEB_WORKER = 200
LOOK_EVERY_SECONDS = 0.1
BACK_OFF_SECONDS_MAX = 30.0
STEADY_AFTER_SECONDS = 60.0
END_SECONDS_MAX = 7.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Part(Protocol):
    """What `keep` keeps running."""

    name: str

    def start(self) -> None: ...
    def alive(self) -> bool: ...


class ToldToStop(BaseException):
    """Raised where the program is when a signal asks it to end."""


@contextlib.contextmanager
def until_told_to_stop() -> Iterator[None]:
    """The block ends, cleaning up, at the first SIGINT, SIGTERM or SIGHUP; more of them do not disturb it."""
    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays in force
            signal.signal(number, _stop)
    with contextlib.suppress(ToldToStop):
        yield


def sleep_until_stopped() -> NoReturn:
    """For a process whose threads or children do the work."""
    while True:
        signal.pause()


@dataclass
class Child:
    """A process of this program that `keep` starts, and starts again when it ends."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        self.process = children.start(self.command, at_parent_death=signal.SIGTERM)

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


def web() -> Child:
    """Pages and live streams on PORT, by granian."""
    options = {
        "interface": "wsgi",
        "host": environment.host(),
        "port": environment.port(),
        "workers": WEB_WORKERS,
        "blocking-threads": THREADS_PER_WEB_WORKER,
        "workers-kill-timeout": "5s",
        "log-level": "error",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    words += ["--no-ws", "--respawn-failed-workers", "plainspoken.config.wsgi:application"]
    return Child("web", [sys.executable, "-m", "granian", *words])


def worker() -> Child:
    return Child("worker", this_program("worker"))


def this_program(*words: str) -> list[str]:
    """The command line of another command of this program."""
    return [sys.executable, "-m", "plainspoken.cli", *words]


def done_first(*words: str) -> str:
    """Do another command in a process of its own, which keeps this one small; what it wrote.

    Raises CannotStart when it could not.
    """
    output, ended = children.output_of(this_program(*words))
    if ended != 0:
        raise CannotStart("It was not started; the reason stands above.")
    return output


def check_port(variable: str, port: int) -> None:
    """Bind the port and let it go. Raises CannotStart, naming the variable to change, when it is taken."""
    host = environment.host()
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise CannotStart(f"Only root may listen on port {port}. Set {variable} above 1023.") from error
        except OSError as error:
            raise CannotStart(
                f"Port {port} is taken by another program ({error.strerror}). "
                f"End that program or choose another port: {variable}={port + 1}"
            ) from error


def say(text: str) -> None:
    """Tell the person at the terminal, if one is still there."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def keep(parts: Sequence[Part], *, when_ready: Callable[[], bool] = lambda: True) -> NoReturn:
    """Start the parts, and again after a growing pause whichever ends; children end with this function.

    `when_ready` is asked at each look until it answers True.
    """
    kept = [_Kept(part) for part in parts]
    ready = False
    try:
        while True:
            for one in kept:
                one.look()
            ready = ready or when_ready()
            time.sleep(LOOK_EVERY_SECONDS)
    finally:
        running = [part.process for part in parts if isinstance(part, Child) and part.process is not None]
        children.end_together(running, END_SECONDS_MAX)


@dataclass
class _Kept:
    part: Part
    pause: float = 1.0
    began: float = -1.0
    start_at: float = -1.0

    def look(self) -> None:
        now = time.monotonic()
        if self.part.alive():
            self.began = self.began if self.began >= 0 else now
            if now - self.began > STEADY_AFTER_SECONDS:
                self.pause = 1.0
        elif self.began >= 0:
            self._schedule(now)
        elif now >= self.start_at:
            self.began = now
            self._start(now)

    def _start(self, now: float) -> None:
        try:
            self.part.start()
        except CannotStart as error:
            say(f"{self.part.name}: {error}")
            self._schedule(now)

    def _schedule(self, now: float) -> None:
        say(f"The {self.part.name} process ended; it is started again in {self.pause:.0f} s.")
        self.began, self.start_at = -1.0, now + self.pause
        self.pause = min(self.pause * 2, BACK_OFF_SECONDS_MAX)


def answers() -> bool:
    """Whether pages are served and mail is received now."""
    return _ready() and _listens(environment.smtp_in_port())


def _ready() -> bool:
    connection = http.client.HTTPConnection(_near_host(), environment.port(), timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _listens(port: int) -> bool:
    try:
        socket.create_connection((_near_host(), port), timeout=5).close()
    except OSError:
        return False
    return True


def _near_host() -> str:
    """Where this machine reaches itself: an address that means "all" cannot be connected to everywhere."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(environment.host(), environment.host())  # noqa: S104


def _stop(number: int, frame: FrameType | None) -> None:
    for stop_signal in STOP_SIGNALS:
        signal.signal(stop_signal, signal.SIG_IGN)
    raise ToldToStop
