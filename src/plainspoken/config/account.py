"""Under which account PostgreSQL runs: it refuses root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from plainspoken.config.errors import CannotStart

UNPRIVILEGED = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


@dataclass(frozen=True)
class Account:
    """`prefix` goes before a command; `uid` and `gid` are the owner of the files, None for this process's."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def own(self, path: Path) -> None:
        """Give a file or folder inside the home to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def choose(home: Path, program: Path) -> Account:
    """The account that may run `program` on files of `home`.

    For root that is root itself seen as an ordinary user in a user namespace, else `nobody`.
    Raises CannotStart where neither is possible.
    """
    if os.geteuid() != 0:
        return Account()
    if shutil.which(UNPRIVILEGED[0]) and _succeeds([*UNPRIVILEGED, str(program), "--version"]):
        return Account(prefix=UNPRIVILEGED)
    return _nobody(home, program)


def _nobody(home: Path, program: Path) -> Account:
    entry = pwd.getpwnam("nobody")
    _let_through(home)
    for path in (program, home):
        if not _succeeds(["test", "-x", str(path)], user=entry.pw_uid, group=entry.pw_gid):
            raise CannotStart(
                "PostgreSQL does not run as root; user namespaces are forbidden on this machine and the "
                f"account 'nobody' cannot reach {path}. Start Plainspoken as an ordinary user, or set "
                "DATABASE_URL to a PostgreSQL 15 or later."
            )
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _let_through(home: Path) -> None:
    """Everyone may pass the home, not list it: `nobody` must reach the database below it."""
    home.chmod(home.stat().st_mode | 0o111)


def _succeeds(command: list[str], user: int | None = None, group: int | None = None) -> bool:
    done = subprocess.run(
        command,
        user=user,
        group=group,
        extra_groups=[] if user is not None else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
