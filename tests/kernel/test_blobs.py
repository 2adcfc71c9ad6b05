"""Contents: kept encrypted in the row or in a file, read, verified, removed; what is left over is swept."""

import errno
import os
import stat
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from plainspoken.kernel import blobs, clock, crypto
from plainspoken.kernel.models import Blob

pytestmark = pytest.mark.django_db

SMALL = "贷款合同".encode()
LARGE = bytes(range(256)) * (blobs.IN_ROW_BYTES_MAX // 256 + 1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLAINSPOKEN_HOME", str(tmp_path))
    return tmp_path


def files(home: Path) -> list[Path]:
    return [one for one in (home / "blobs").rglob("*") if one.is_file()]


@pytest.mark.parametrize("content", [b"", SMALL, LARGE[: blobs.IN_ROW_BYTES_MAX], LARGE])
def test_what_is_put_is_read(content: bytes) -> None:
    blob = Blob.objects.get(pk=blobs.put(content).pk)
    assert blobs.read(blob) == content
    assert blobs.verify(blob)
    assert blob.size == len(content)
    assert blob.pk.version == 4


def test_a_small_one_lies_encrypted_in_its_row(home: Path) -> None:
    blob = Blob.objects.get(pk=blobs.put(SMALL).pk)
    assert blob.sealed is not None
    assert SMALL not in bytes(blob.sealed)
    assert files(home) == []


def test_a_large_one_lies_encrypted_in_one_file_of_its_owner_only(home: Path) -> None:
    blob = blobs.put(LARGE)
    assert blob.sealed is None
    name = str(blob.pk)
    assert files(home) == [home / "blobs" / name[:2] / name[2:4] / name]
    assert LARGE[:1000] not in files(home)[0].read_bytes()
    assert stat.S_IMODE((home / "blobs").stat().st_mode) == 0o700


def test_the_same_content_twice_is_two() -> None:
    assert blobs.put(SMALL).pk != blobs.put(SMALL).pk


def test_too_large_a_content_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "CONTENT_BYTES_MAX", 10)
    with pytest.raises(blobs.ContentTooLarge, match="11 bytes; at most 10"):
        blobs.put(b"x" * 11)
    assert not Blob.objects.exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_plainly_and_nothing_is_left(
    home: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    blobs.path(blobs.put(LARGE).pk).unlink()
    before = Blob.objects.count()

    def full(descriptor: int) -> None:
        raise OSError(number, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(blobs.DiskFull, match=r"disk of .*blobs is full"):
        blobs.put(LARGE)
    assert files(home) == []
    assert Blob.objects.count() == before


def test_what_could_not_be_written_whole_is_not_left(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home / "file"
    monkeypatch.setattr(os, "fsync", lambda _: os.stat(home / "not there"))
    with pytest.raises(FileNotFoundError, match="not there"):
        blobs._write_whole(file, LARGE)
    assert list(home.glob("file*")) == []


def test_another_trouble_with_the_disk_is_not_called_full(home: Path) -> None:
    crypto.seal(b"", b"")
    (home / "blobs").touch()
    with pytest.raises(NotADirectoryError):
        blobs.put(LARGE)


def test_a_content_in_the_place_of_another_is_lost() -> None:
    one, other = blobs.put(LARGE), blobs.put(LARGE)
    blobs.path(one.pk).replace(blobs.path(other.pk))
    for blob in (one, other):
        with pytest.raises(blobs.BlobLost, match=str(blob.pk)):
            blobs.read(blob)
        assert not blobs.verify(blob)


def test_a_changed_byte_is_noticed() -> None:
    blob = blobs.put(LARGE)
    sealed = bytearray(blobs.path(blob.pk).read_bytes())
    sealed[-1] ^= 1
    blobs.path(blob.pk).write_bytes(sealed)
    assert not blobs.verify(blob)


def test_a_wrong_digest_is_noticed() -> None:
    blob = blobs.put(SMALL)
    blob.sha256 = bytes(32)
    assert not blobs.verify(blob)


@pytest.mark.parametrize("content", [SMALL, LARGE])
def test_removing_takes_the_content_and_leaves_the_row(
    home: Path, content: bytes, django_capture_on_commit_callbacks: object
) -> None:
    blob = blobs.put(content)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        blobs.remove(blob)
    found = Blob.objects.get(pk=blob.pk)
    for one in (blob, found):
        assert (one.sealed, one.size, bytes(one.sha256)) == (None, len(content), bytes(blob.sha256))
        assert blobs.verify(one)
        with pytest.raises(blobs.BlobRemoved):
            blobs.read(one)
    assert files(home) == []


def test_removing_again_changes_nothing() -> None:
    blob = blobs.put(SMALL)
    blobs.remove(blob)
    first = blob.removed_at
    blobs.remove(blob)
    assert Blob.objects.get(pk=blob.pk).removed_at == blob.removed_at == first


def test_a_removal_that_rolls_back_keeps_the_content() -> None:
    blob = blobs.put(LARGE)
    with transaction.atomic():
        blobs.remove(blob)
        transaction.set_rollback(True)
    assert blobs.read(Blob.objects.get(pk=blob.pk)) == LARGE


def test_a_removed_content_whose_file_is_left_does_not_verify_until_it_is_swept() -> None:
    blob = blobs.put(LARGE)
    blobs.remove(blob)
    assert blobs.path(blob.pk).exists()
    assert not blobs.verify(blob)
    assert blobs.sweep() == 1
    assert blobs.verify(blob)


def age(file: Path, seconds: float) -> None:
    stamp = time.time() - seconds
    os.utime(file, (stamp, stamp))


def test_sweeping_deletes_old_files_without_a_row_only(home: Path) -> None:
    kept = blobs.put(LARGE)
    with transaction.atomic():
        rolled_back = blobs.put(LARGE)
        transaction.set_rollback(True)
    young, unfinished = blobs.path(uuid4()), blobs.path(uuid4()).with_suffix(".unfinished")
    for one in (young, unfinished):
        one.parent.mkdir(parents=True, exist_ok=True)
        one.touch()
    foreign = young.with_name("readme")
    foreign.touch()
    for one in (blobs.path(kept.pk), blobs.path(rolled_back.pk), unfinished, foreign):
        age(one, blobs.LEFT_OVER_SECONDS_MIN + 60)
    assert blobs.sweep() == 2
    assert set(files(home)) == {blobs.path(kept.pk), young, foreign}
    assert blobs.sweep() == 0


def test_a_clock_that_was_put_right_makes_no_file_old(home: Path) -> None:
    """A file is on the disk before its row is; whoever sweeps meanwhile must not find it old."""
    with transaction.atomic():
        written = blobs.put(LARGE)
        transaction.set_rollback(True)
    with clock.moved(clock.now() + timedelta(days=400)):
        assert blobs.sweep() == 0
    assert files(home) == [blobs.path(written.pk)]


def test_sweeping_where_nothing_was_ever_put() -> None:
    assert blobs.sweep() == 0


def test_the_row_stays() -> None:
    blob = blobs.put(SMALL)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Blob.objects.filter(pk=blob.pk).delete()


@pytest.mark.parametrize("changed", [{"size": 1}, {"sha256": b"0" * 32}])
def test_size_and_digest_stay(changed: dict[str, object]) -> None:
    blob = blobs.put(SMALL)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Blob.objects.filter(pk=blob.pk).update(**changed)


def test_what_is_removed_stays_removed() -> None:
    blob = blobs.put(SMALL)
    blobs.remove(blob)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Blob.objects.filter(pk=blob.pk).update(removed_at=None)


def test_what_is_removed_has_no_content() -> None:
    blob = blobs.put(SMALL)
    with pytest.raises(IntegrityError, match="kernel_blob_removed_has_no_content"), transaction.atomic():
        Blob.objects.filter(pk=blob.pk).update(removed_at=blob.made_at)
