"""The data folder of the embedded database: made whole or not at all, freed of a killed owner's server."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from plainspoken.config import account
from plainspoken.config.errors import CannotStart
from plainspoken.kernel import secrets

MAJOR = "18"
ORPHAN_END_SECONDS = 10.0
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")


def create(home: Path, programs: Path, runner: account.Account) -> None:
    """Make `home`/database with the application's role and database; nothing when it exists.

    Raises CannotStart, also when the folder belongs to another major version of PostgreSQL.
    """
    data = home / "database"
    if data.exists():
        _check_version(data)
        return
    fresh = home / "database.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    runner.own(fresh)
    _initialize(fresh, home, programs, runner)
    _add_role_and_database(fresh, home, programs, runner)
    fresh.rename(data)


def end_orphan(data: Path) -> None:
    """End a server that outlived a killed owner; forget a process number that is now someone else's."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().split("\n", 1)[0])
    if _serves(pid, data):
        _end(pid, data)
    else:
        pid_file.unlink()


def _serves(pid: int, data: Path) -> bool:
    words = _command_line(pid)
    return bool(words) and Path(words[0]).name == "postgres" and str(data) in words


def _command_line(pid: int) -> list[str]:
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            return []
    command = ["ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()


def _end(pid: int, data: Path) -> None:
    for signal_number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        until = time.monotonic() + ORPHAN_END_SECONDS
        os.kill(pid, signal_number)
        while time.monotonic() < until:
            if not _serves(pid, data):
                return
            time.sleep(0.05)
    raise CannotStart(f"The database server {pid} of an earlier start does not end. End it: kill -9 {pid}")


def _initialize(fresh: Path, home: Path, programs: Path, runner: account.Account) -> None:
    password = home / "database.password"
    password.touch(mode=0o600)
    try:
        password.write_text(secrets.read(home, "database_superuser"))
        runner.own(password)
        command = [str(programs / "initdb"), "-D", str(fresh), "-U", "postgres", f"--pwfile={password}"]
        _run([*command, "--auth=scram-sha-256", *LOCALE, "--no-instructions"], runner, "")
    finally:
        password.unlink()


def _add_role_and_database(fresh: Path, home: Path, programs: Path, runner: account.Account) -> None:
    """In single-user mode, so that a server is never up with the database half made."""
    password = secrets.read(home, "database")
    statements = (
        f"CREATE ROLE plainspoken LOGIN CREATEDB PASSWORD '{password}'\n"
        "CREATE DATABASE plainspoken OWNER plainspoken\n"
    )
    _run([str(programs / "postgres"), "--single", "-D", str(fresh), "postgres"], runner, statements)


def _run(command: list[str], runner: account.Account, text: str) -> None:
    done = subprocess.run(
        [*runner.prefix, *command],
        input=text,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        user=runner.uid,
        group=runner.gid,
        extra_groups=[] if runner.uid is not None else None,
        cwd=Path(command[0]).parent,
        check=False,
    )
    if done.returncode != 0 or "ERROR:" in done.stdout:
        raise CannotStart("The database could not be made:\n" + "\n".join(done.stdout.splitlines()[-8:]))


def _check_version(data: Path) -> None:
    version_file = data / "PG_VERSION"
    version = version_file.read_text().strip() if version_file.exists() else "an unknown version"
    if version != MAJOR:
        raise CannotStart(
            f"{data} was made by PostgreSQL {version}; this Plainspoken brings PostgreSQL {MAJOR}. "
            "Restore a backup into a new PLAINSPOKEN_HOME, or set DATABASE_URL to a server of that version."
        )
