"""Real copies of Plainspoken, each in a home of its own, none left running."""

import os
import socket
import subprocess
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


def without_database() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PORT", "HOST"}}
