"""The four things one does with a content: put, read, check, remove."""

import hashlib
import os
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

from plainspoken.kernel import clock, crypto
from plainspoken.kernel.models import Blob

IN_ROW_BYTES_MAX = 64 * 1024


class BlobLost(Exception):
    """The row is there and its content is not, or is another."""


def put(content: bytes) -> Blob:
    """Keep a content, durable before this returns. A transaction that rolls back leaves at most a lost file."""
    key = uuid4()
    sealed = crypto.seal(content, key.bytes)
    in_row = len(content) <= IN_ROW_BYTES_MAX
    if not in_row:
        _write(_path(key), sealed)
    return Blob.objects.create(
        id=key,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        made_at=clock.now(),
        sealed=sealed if in_row else None,
    )


def read(blob: Blob) -> bytes:
    """The content. Raises BlobLost."""
    if blob.removed_at:
        raise BlobLost(f"{blob.pk} was removed at {blob.removed_at}")
    try:
        sealed = bytes(blob.sealed) if blob.sealed is not None else _path(blob.pk).read_bytes()
        return crypto.unseal(sealed, blob.pk.bytes)
    except (FileNotFoundError, crypto.CannotOpen) as error:
        raise BlobLost(f"{blob.pk}: {error}") from error


def intact(blob: Blob) -> bool:
    """Whether the content is there and is what was put."""
    try:
        return hashlib.sha256(read(blob)).digest() == bytes(blob.sha256)
    except BlobLost:
        return False


def remove(blob: Blob) -> None:
    """Take the content away; the row with its size and digest stays. Call inside an action."""
    blob.sealed, blob.removed_at = None, clock.now()
    blob.save(update_fields=["sealed", "removed_at"])
    _path(blob.pk).unlink(missing_ok=True)


def _path(key: UUID) -> Path:
    name = str(key)
    return Path(settings.HOME) / "blobs" / name[:2] / name[2:4] / name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
