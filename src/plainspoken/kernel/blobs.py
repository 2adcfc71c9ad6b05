"""The four things one does with a content: put, read, verify, remove. S3 would stand behind the same four.

Contents are encrypted with their id as context, so that none can be put in the place of another. Small ones
lie in their row; larger ones in PLAINSPOKEN_HOME/blobs/ab/cd/<id>, whole and on the disk before the row is.
"""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

from django.db import OperationalError, transaction

from plainspoken.kernel import clock, crypto, secrets, writing
from plainspoken.kernel.models import Blob

IN_ROW_BYTES_MAX = 64 * 1024
CONTENT_BYTES_MAX = 100 * 1024 * 1024
LEFT_OVER_SECONDS_MIN = 24 * 60 * 60
SWEEP_ROWS = 1_000
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
UNFINISHED = ".unfinished"


class BlobLost(Exception):
    """The row is there and its content is not, or is another."""


class BlobRemoved(BlobLost):
    """The content was removed by an action."""


class ContentTooLarge(Exception):
    """A content of more than CONTENT_BYTES_MAX bytes."""


class DiskFull(OperationalError):
    """The disk has no room for the content; nothing of it was kept.

    A trouble of the place and not of the work, as PostgreSQL's own error of that name: a drain that meets it tries
    again later and blames no row.
    """


def put(content: bytes) -> Blob:
    """Keep a content, durable when the transaction commits. Raises ContentTooLarge, DiskFull.

    A transaction that rolls back leaves at most a file to `sweep`.
    """
    if len(content) > CONTENT_BYTES_MAX:
        raise ContentTooLarge(f"The content has {len(content)} bytes; at most {CONTENT_BYTES_MAX} are kept.")
    key = uuid4()
    sealed = crypto.seal(content, key.bytes)
    in_row = len(content) <= IN_ROW_BYTES_MAX
    if not in_row:
        _write(path(key), sealed)
    blob = Blob(
        id=key,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        made_at=clock.now(),
        sealed=sealed if in_row else None,
    )
    return writing.insert(blob)


def read(blob: Blob) -> bytes:
    """The content. Raises BlobLost."""
    if blob.removed_at:
        raise BlobRemoved(f"{blob.pk} was removed at {blob.removed_at}")
    try:
        sealed = bytes(blob.sealed) if blob.sealed is not None else path(blob.pk).read_bytes()
        return crypto.unseal(sealed, blob.pk.bytes)
    except (FileNotFoundError, crypto.CannotOpen) as error:
        raise BlobLost(f"{blob.pk}: {error}") from error


def verify(blob: Blob) -> bool:
    """Whether the content is what was put; of a removed one, whether nothing is left of it."""
    if blob.removed_at:
        return blob.sealed is None and not path(blob.pk).exists()
    try:
        content = read(blob)
    except BlobLost:
        return False
    return len(content) == blob.size and hashlib.sha256(content).digest() == bytes(blob.sha256)


def remove(blob: Blob) -> None:
    """Take the content away when the transaction commits; the row with its size and digest stays.

    Removing again changes nothing. Call inside an action.
    """
    now = clock.now()
    if Blob.objects.filter(pk=blob.pk, removed_at__isnull=True).update(sealed=None, removed_at=now):
        blob.sealed, blob.removed_at = None, now
    file = path(blob.pk)
    transaction.on_commit(lambda: file.unlink(missing_ok=True))


def sweep() -> int:
    """Delete files that no content needs, and return how many: of removed ones, and old ones without a row.

    They are left by a transaction that rolled back, or by a process that died between commit and deletion.
    """
    if not _root().exists():
        return 0
    deleted, files, now = 0, _files(), _now_on_the_disk()
    while some := list(islice(files, SWEEP_ROWS)):
        rows = dict(Blob.objects.filter(pk__in=[key for key, _ in some]).values_list("pk", "removed_at"))
        for key, file in some:
            whole = file.suffix != UNFINISHED
            if rows[key] if whole and key in rows else _is_old(file, now):
                file.unlink(missing_ok=True)
                deleted += 1
    return deleted


def path(key: UUID) -> Path:
    """Where the file of a large content lies."""
    name = str(key)
    return _root() / name[:2] / name[2:4] / name


def _root() -> Path:
    return secrets.home() / "blobs"


def _files() -> Iterator[tuple[UUID, Path]]:
    """All files of contents, whole or not, with their ids; what has another name is not ours to judge."""
    for file in _root().glob("??/??/*"):
        try:
            yield UUID(file.name.removesuffix(UNFINISHED)), file
        except ValueError:
            continue


def _is_old(file: Path, now: float) -> bool:
    """Not one that is gone by now: a content may just have been written whole."""
    try:
        return now - file.stat().st_mtime > LEFT_OVER_SECONDS_MIN
    except FileNotFoundError:
        return False


def _now_on_the_disk() -> float:
    """By the clock that stamps the files: that of a shared disk is not ours, and ours may have been put right."""
    mark = _root() / ".swept"
    mark.touch(mode=0o600)
    now = mark.stat().st_mtime
    mark.unlink(missing_ok=True)
    return now


def _write(file: Path, content: bytes) -> None:
    try:
        _make_folder(file.parent)
        _write_whole(file, content)
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise DiskFull(
            f"The disk of {_root()} is full: {len(content)} bytes did not fit. Free some space, or move "
            "PLAINSPOKEN_HOME to a larger disk."
        ) from error


def _write_whole(file: Path, content: bytes) -> None:
    unfinished = file.with_suffix(UNFINISHED)
    with unfinished.open("xb") as stream:
        try:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        except OSError:
            unfinished.unlink()
            raise
    unfinished.rename(file)
    _sync(file.parent)


def _make_folder(folder: Path) -> None:
    """The folder and those above it, each on the disk in the one above."""
    missing = [one for one in (_root(), folder.parent, folder) if not one.exists()]
    for one in missing:
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync(one.parent)


def _sync(folder: Path) -> None:
    with _opened(folder) as descriptor:
        os.fsync(descriptor)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
