"""Real copies of Plainspoken, each in a home of its own, none left running."""

import fcntl
import os
import pty
import socket
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

WAIT_SECONDS_MAX = 60.0


def wait_until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + WAIT_SECONDS_MAX
    while not holds():
        assert time.monotonic() < until, f"waited in vain until {what}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def processes_of(home: Path) -> list[int]:
    """Processes whose command line or environment names the home."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(home) in told and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


@dataclass
class Copy:
    """A command of the program, started as a person would."""

    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[str]
    output: Path

    def told(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str) -> None:
        wait_until(lambda: text in self.told() or self.process.poll() is not None, f"it says {text!r}")
        assert text in self.told(), self.told()

    def all_ended(self) -> bool:
        return self.process.poll() is not None and not processes_of(self.home)


Start = Callable[..., Copy]


class Console:
    """A command of the program at a terminal of its own, and what a person sees and types there."""

    def __init__(self, *words: str, home: Path, **variables: str) -> None:
        self.home = home
        self.ours, self.theirs = pty.openpty()
        self._seen: list[bytes] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "plainspoken.cli", *words],
            env={**without_database(), "PLAINSPOKEN_HOME": str(home), "LC_ALL": "C.UTF-8", **variables},
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        threading.Thread(target=self._read, daemon=True).start()

    def seen(self) -> str:
        return b"".join(self._seen).decode(errors="replace")

    def wait_for(self, text: str, times: int = 1) -> None:
        wait_until(lambda: self.seen().count(text) >= times or self.process.poll() is not None, text)
        assert self.seen().count(text) >= times, self.seen()

    def type(self, text: str, *, after: str, times: int = 1) -> None:
        """Type when `after` has been asked so many times."""
        self.wait_for(after, times)
        os.write(self.ours, text.encode())

    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self.ours)[3] & termios.ECHO)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.theirs)
        wait_until(lambda: not processes_of(self.home), f"{self.home} is left")

    def _read(self) -> None:
        while True:
            try:
                self._seen.append(os.read(self.ours, 1024))
            except OSError:  # the last of those who had the terminal has left it
                return


def without_database() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PORT", "HOST"}}
