"""The passwords and keys of one installation: PLAINSPOKEN_HOME/secrets.toml, mode 0600, made at first start.

A key is a list of tables with id, algorithm and secret: the last one is used, the earlier ones still open
what was made with them. A plain string is the short form, one key with the id 1. What others gave us (a
mailbox's password) stands in tables and is named by a dotted path, such as `mailbox.service`; the environment
(PLAINSPOKEN_SECRET_MAILBOX_SERVICE) goes first. PLAINSPOKEN_SECRETS_FILE names another file, which must be
there already.
"""

import fcntl
import os
import re
import secrets as randomness
import stat
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = "secrets.toml"
KEY_BYTES = 32
ID_BYTES = 4
FILES_REMEMBERED_MAX = 8

PASSWORDS = {"database": "password", "database_superuser": "password", "django": "hmac-sha256"}
KEYS = {
    "ledger_mac": "hmac-sha256",
    "signing": "ed25519",
    "encryption": "aes-256-gcm",
    "blind_index": "hmac-sha256",
}
HEAD = """\
# The passwords and keys of this installation. Who reads this file can read everything; without it nothing
# that is encrypted can be read again. Backups leave it out: keep a copy in a safe place.
"""
# A home with one of these was in use: its keys are lost, not yet to be made.
MADE_WITH_KEYS = ("database", "blobs")


class SecretMissing(Exception):
    """A secret or the file of secrets is not there or cannot be read; the message says what to do."""


class FileTooOpen(Exception):
    """Others than the owner may read or write the file."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `secret` is a password, or 32 bytes in hexadecimal."""

    id: str
    algorithm: str
    secret: str = field(repr=False)

    @property
    def raw(self) -> bytes:
        return bytes.fromhex(self.secret)


def home() -> Path:
    """The folder that holds data and secrets: PLAINSPOKEN_HOME, else ./data."""
    return _resolved(os.environ.get("PLAINSPOKEN_HOME") or "data")


def read(folder: Path, name: str) -> str:
    """The password of that name in the home `folder`; the file is made when there is none yet."""
    return _keys(folder, name)[-1].secret


def key(name: str) -> Key:
    """The key to use now, for the home of this process; the file is made when there is none yet."""
    return _keys(home(), name)[-1]


def keys(name: str) -> tuple[Key, ...]:
    """All keys of that name, the one to use now last."""
    return _keys(home(), name)


def get(path: str) -> str:
    """A secret the firm gave us, such as `mailbox.service`. Raises SecretMissing."""
    table, _, name = path.rpartition(".")
    if not re.fullmatch(r"[a-z0-9_-]+", name) or not re.fullmatch(r"[a-z0-9_.-]+", table):
        raise SecretMissing(f"{path!r} names no secret: it must be like mailbox.service.")
    variable = "PLAINSPOKEN_SECRET_" + re.sub(r"[.-]", "_", path).upper()
    if value := os.environ.get(variable):
        return value
    file = file_of(home())
    found: Any = _stored(file)
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, str) or not found:
        lines = f'[{table}]\n{name} = "…"\n'
        raise SecretMissing(f"The secret {path} is missing. Put this into {file}:\n{lines}or set {variable}.")
    return found


def file_of(folder: Path) -> Path:
    """Where the passwords and keys of the home `folder` stand, whether or not the file is there."""
    return _resolved(os.environ.get("PLAINSPOKEN_SECRETS_FILE") or f"{folder}/{FILE}")


@lru_cache(maxsize=FILES_REMEMBERED_MAX)
def _resolved(path: str) -> Path:
    """Once for a process: a change of its working folder moves nothing."""
    return Path(path).resolve()


def _keys(folder: Path, name: str) -> tuple[Key, ...]:
    assert name in PASSWORDS or name in KEYS, name
    file = file_of(folder)
    try:
        return _listed(name, *_version(file))
    except (FileNotFoundError, KeyError):
        _complete(folder, file)
        return _listed(name, *_version(file))


def _stored(file: Path) -> dict[str, Any]:
    return _parsed(*_version(file)) if file.exists() else {}


def _version(file: Path) -> tuple[Path, int, int, int]:
    """What tells one state of the file from another. Raises FileTooOpen."""
    status = os.stat(file)
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise FileTooOpen(f"{file} is open to others than its owner. Close it: chmod 600 {file}")
    return file, status.st_ino, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=FILES_REMEMBERED_MAX)
def _parsed(file: Path, _inode: int, _changed_ns: int, _bytes: int) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text())
    except ValueError as error:
        raise SecretMissing(f"{file} cannot be read: {error}") from error


@lru_cache(maxsize=FILES_REMEMBERED_MAX * len(PASSWORDS | KEYS))
def _listed(name: str, *version: Any) -> tuple[Key, ...]:
    found = _parsed(*version)[name]
    if isinstance(found, str):
        return (Key("1", (PASSWORDS | KEYS)[name], found),)
    return tuple(Key(one["id"], one["algorithm"], one["secret"]) for one in found)


def _complete(folder: Path, file: Path) -> None:
    """Make the file, or add the keys a newer version needs; who comes second finds them there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        if not file.exists():
            _check_is_first_start(folder, file)
        stored = _stored(file)
        made = "".join(_line(name) for name in PASSWORDS | KEYS if name not in stored)
        if made:
            rest = file.read_text().removeprefix(HEAD) if file.exists() else ""
            _write(file, HEAD + made + rest)


def _check_is_first_start(folder: Path, file: Path) -> None:
    if "PLAINSPOKEN_SECRETS_FILE" in os.environ:
        raise SecretMissing(
            f"PLAINSPOKEN_SECRETS_FILE names {file}, which is not there. Put it there; a new one is made "
            "only by a first start without this variable."
        )
    for name in MADE_WITH_KEYS:
        if (folder / name).exists():
            raise SecretMissing(
                f"{file} is not there, but {folder / name} was made with its keys. Put back your copy of it."
            )


def _line(name: str) -> str:
    secret = randomness.token_hex(KEY_BYTES)
    if name in PASSWORDS:
        return f'{name} = "{secret}"\n'
    key_id = randomness.token_hex(ID_BYTES)
    return f'{name} = [\n  {{ id = "{key_id}", algorithm = "{KEYS[name]}", secret = "{secret}" }},\n]\n'


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "secrets.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(file: Path, text: str) -> None:
    """Whole or not at all: a process that dies in between leaves the file as it was."""
    unfinished = file.with_name(".secrets.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.rename(file)
    place = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
