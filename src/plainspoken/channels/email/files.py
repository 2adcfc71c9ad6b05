"""Mail in files: single messages, mbox, Maildir, and folders with any of them."""

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MBOX_START = b"From "


@dataclass(frozen=True, slots=True)
class Found:
    """One message; `path` ends in `#n` for the n-th of an mbox, from 1."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read, and why."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path} could not be read: {self.reason}"


def messages(path: Path) -> Iterator[Found | Unread]:
    """The messages of a file or folder, in the order of their names."""
    try:
        if path.is_dir():
            yield from _folder(path)
        elif _is_mbox(path):
            yield from _mbox(path)
        else:
            yield Found(str(path), path.read_bytes())
    except OSError as error:
        yield Unread(str(path), error.strerror or type(error).__name__)


def _folder(path: Path) -> Iterator[Found | Unread]:
    maildir = (path / "cur").is_dir() and (path / "new").is_dir()
    inside = [*(path / "new").iterdir(), *(path / "cur").iterdir()] if maildir else path.iterdir()
    for one in sorted(inside):
        if not one.name.startswith("."):
            yield from messages(one)


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MBOX_START)) == MBOX_START


def _mbox(path: Path) -> Iterator[Found]:
    box = mailbox.mbox(path, create=False)
    for number, key in enumerate(box.keys(), 1):
        yield Found(f"{path}#{number}", box.get_bytes(key))
