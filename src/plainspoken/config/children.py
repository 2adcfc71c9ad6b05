"""Child processes that never outlive the process that started them, however it ends."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def end_with_parent(signal_number: signal.Signals, parent: int) -> None:
    """Ask the kernel for this signal when process `parent` ends; only Linux can be asked.

    Elsewhere a child left behind is found at the next start.
    """
    if _libc is None:
        return
    if _libc.prctl(PR_SET_PDEATHSIG, int(signal_number)) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) was refused")
    if os.getppid() != parent:
        os.kill(os.getpid(), signal_number)


def start(
    command: Sequence[str],
    *,
    at_parent_death: signal.Signals,
    environment: Mapping[str, str] | None = None,
    reads: int | None = subprocess.DEVNULL,
    output: IO[bytes] | int | None = None,
    errors: IO[bytes] | int | None = None,
    folder: Path | None = None,
    user: int | None = None,
    group: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own: Ctrl-C reaches only the parent, which ends it in order.

    It reads nothing; with `reads` None it reads what this process would, a terminal for instance.
    """
    return subprocess.Popen(
        command,
        stdin=reads,
        stdout=output,
        stderr=errors,
        env=environment,
        cwd=folder,
        user=user,
        group=group,
        extra_groups=[] if user is not None else None,
        start_new_session=True,
        preexec_fn=_tied_to(os.getpid(), at_parent_death),
    )


def end(child: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn until the child has ended, waiting the seconds given with it."""
    for signal_number, seconds in steps:
        if child.poll() is not None:
            return
        child.send_signal(signal_number)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def output_of(command: Sequence[str]) -> tuple[str, int]:
    """Run a child to its end: what it wrote to standard output, and its exit code. It may ask at a terminal."""
    reads = None if sys.stdin is not None and sys.stdin.isatty() else subprocess.DEVNULL
    child = start(command, at_parent_death=signal.SIGTERM, reads=reads, output=subprocess.PIPE)
    try:
        written, _ = child.communicate()
    finally:
        end(child, ((signal.SIGTERM, 5.0), (signal.SIGKILL, 1.0)))
    return written.decode(), child.returncode


def end_together(running: Sequence[subprocess.Popen[bytes]], seconds: float) -> None:
    """Ask all to end at once; one that still runs after these seconds is killed with its own children."""
    for child in running:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + seconds
    for child in running:
        try:
            child.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _tied_to(parent: int, signal_number: signal.Signals) -> Callable[[], None]:
    return lambda: end_with_parent(signal_number, parent)
