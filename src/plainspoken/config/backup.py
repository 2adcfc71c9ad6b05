"""A backup is a folder: a dump of the database, the contents that lie in files, and a page that says what they are.

The keys are left out: a backup alone can be read by nobody. It may be made while everything runs. The dump comes
first and the files after it, since a content is on the disk before its row is committed.
"""

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from plainspoken.config import embedded, environment
from plainspoken.config.errors import CannotStart
from plainspoken.kernel import clock, crypto, secrets

FORMAT = 1
DUMP, BLOBS, PAGE = "database.dump", "blobs", "backup.json"
READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """What a backup says of itself. `sha256` is of the dump, in hexadecimal; `key` names the ledger's signing key."""

    format: int
    release: str
    made_at: str
    key: str
    sha256: str
    files: int


def write(folder: Path) -> Page:
    """Back up into a new folder; without its page, which is written last, it is no backup. Raises CannotStart."""
    _check_new(folder)
    folder.mkdir(mode=0o700, parents=True)
    _run("pg_dump", "--format=custom", f"--file={folder / DUMP}")
    files = _copy_blobs(environment.home() / BLOBS, folder / BLOBS)
    made_at = clock.now().isoformat(timespec="seconds")
    key, digest = crypto.signing_key_id(), _digest(folder / DUMP)
    page = Page(FORMAT, version("plainspoken"), made_at, key, digest, files)
    (folder / PAGE).write_text(json.dumps(asdict(page), indent=2) + "\n")
    return page


def copy_secrets(file: Path) -> None:
    """Copy the passwords and keys into a new file that only its owner can read. Raises CannotStart."""
    _check_new(file)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.file_of(environment.home()).read_bytes())


def read(folder: Path) -> Page:
    """The page of a backup whose dump is whole. Raises CannotStart."""
    try:
        page = Page(**json.loads((folder / PAGE).read_text()))
        whole = page.format == FORMAT and _digest(folder / DUMP) == page.sha256
    except (OSError, ValueError, TypeError) as error:
        raise CannotStart(f"{folder} is not a whole backup of ours: {error}") from error
    if not whole:
        raise CannotStart(f"{folder / DUMP} is not the file that was backed up. Take another backup.")
    return page


def check_home(page: Page) -> None:
    """The keys are there and are the ones the backup was made with. Raises CannotStart."""
    file = secrets.file_of(environment.home())
    if not file.exists():
        raise CannotStart(f"Put your copy of secrets.toml at {file} first: nothing can be read without it.")
    if crypto.signing_key_id() != page.key:
        raise CannotStart(
            f"The backup was made with the ledger key {page.key}; {file} holds {crypto.signing_key_id()}. "
            "Put the secrets.toml there that belongs to the backup."
        )


def restore(folder: Path) -> None:
    """Put a backup into an empty database and home: the tables all or none, then the files. Raises CannotStart."""
    home = environment.home()
    if (home / BLOBS).exists() or _tables():
        raise CannotStart(
            f"{home} is in use: a backup is restored into an empty one. Name another with PLAINSPOKEN_HOME "
            "(and an empty database, where DATABASE_URL is set)."
        )
    _run("pg_restore", "--exit-on-error", "--no-owner", "--single-transaction", str(folder / DUMP))
    _copy_blobs(folder / BLOBS, home / BLOBS)


def _check_new(path: Path) -> None:
    if path.exists():
        raise CannotStart(f"{path} is there already. Name a new one.")


def _tables() -> int:
    with psycopg.connect(environment.database_url(environment.home())) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        return int(row[0]) if row else 0


def _run(program: str, *words: str) -> None:
    """A program of PostgreSQL on our database; the password is told where other people of the machine see none."""
    given = conninfo_to_dict(environment.database_url(environment.home()))
    password = str(given.pop("password", "") or "")
    command = [str(embedded.programs() / program), f"--dbname={make_conninfo('', **given)}", *words]
    done = subprocess.run(
        command, env={**os.environ, "PGPASSWORD": password}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise CannotStart(f"{program} did not succeed:\n{done.stderr.strip()}")


def _copy_blobs(source: Path, target: Path) -> int:
    """How many files were copied. One that is removed meanwhile is not needed."""
    copied = 0
    for file in sorted(source.glob("??/??/*")):
        place = target / file.relative_to(source)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copy2(file, place)
            copied += 1
        except FileNotFoundError:
            continue
    return copied


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
