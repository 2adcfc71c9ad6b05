"""Run everything: database, pages and worker, until Ctrl-C."""

import argparse
import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

from plainspoken.config import children, embedded, environment, lock, processes
from plainspoken.config.errors import CannotStart


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="with the demo firm, for this machine only")
    parser.add_argument(
        "--end-with-parent", action="store_true", help="end when the process that started it does (Linux)"
    )


def run(options: argparse.Namespace) -> int:
    if options.end_with_parent:
        children.end_with_parent(signal.SIGTERM, os.getppid())
    if options.demo:
        os.environ["PLAINSPOKEN_DEMO"] = "1"
    processes.check_port("PORT", environment.port())
    processes.check_port("SMTP_IN_PORT", environment.smtp_in_port())
    if lmtp := environment.lmtp_in_port():
        processes.check_port("LMTP_IN_PORT", lmtp)
    home = environment.home()
    with processes.until_told_to_stop(), contextlib.ExitStack() as stack:
        _alone(home, stack)
        parts: list[processes.Part] = []
        if not os.environ.get("DATABASE_URL"):
            processes.say(f"Starting the database in {home} …")
            server = stack.enter_context(embedded.running(home))
            parts += [server] if server else []
        demo = ["--demo"] if options.demo else []
        welcome = processes.done_first("migrate", *demo, "--to-serve")
        parts += [processes.web(), processes.worker()]
        processes.keep(parts, when_ready=_announcing(welcome))
    processes.say("Stopped.")
    return 0


def _alone(home: Path, stack: contextlib.ExitStack) -> None:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not stack.enter_context(lock.held(home / "run.lock")):
        raise CannotStart(
            f"Plainspoken runs in {home} already ({lock.holder(home / 'run.lock')}). "
            "Stop it, or set PLAINSPOKEN_HOME, PORT and SMTP_IN_PORT for a second copy."
        )


def _announcing(welcome: str) -> Callable[[], bool]:
    def announce() -> bool:
        if not processes.answers():
            return False
        processes.say(f"\nPlainspoken is ready: {environment.public_url()}/\n{welcome}Ctrl-C stops it.")
        return True

    return announce
