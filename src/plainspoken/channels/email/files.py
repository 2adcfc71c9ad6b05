"""Mail in files: single messages, mbox, Maildir, and folders with any of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

from plainspoken.kernel import blobs

MBOX_START = b"From "
# As `ctime` writes it, which is what every program puts behind the sender.
FROM_LINE = re.compile(rb"From .*[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d")
FIELD = re.compile(rb"[!-9;-~]+:")
QUOTED_FROM = re.compile(rb">+From ")


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
        elif path.exists() and not path.is_file():
            yield Unread(str(path), "it is neither a file nor a folder")
        elif _is_mbox(path):
            yield from _mbox(path)
        else:
            yield _single(path)
    except OSError as error:
        yield Unread(str(path), error.strerror or type(error).__name__)


def _single(path: Path) -> Found | Unread:
    with path.open("rb") as file:
        return _found(str(path), file.read(blobs.CONTENT_BYTES_MAX + 1))


def _found(path: str, content: bytes) -> Found | Unread:
    if len(content) > blobs.CONTENT_BYTES_MAX:
        return Unread(path, f"it has more than {blobs.CONTENT_BYTES_MAX} bytes")
    return Found(path, content)


def _folder(path: Path) -> Iterator[Found | Unread]:
    inside = _of_maildir(path) if _is_maildir(path) else path.iterdir()
    for one in sorted(inside, key=lambda one: one.name):
        if one.is_symlink() and path.resolve().is_relative_to(one.resolve()):
            yield Unread(str(one), "it leads back to a folder that it lies in")
        elif not one.name.startswith("."):
            yield from messages(one)


def _is_maildir(path: Path) -> bool:
    """Copies of a Maildir often lack its folders that were empty."""
    return (path / "cur").is_dir() and ((path / "new").is_dir() or (path / "tmp").is_dir())


def _of_maildir(path: Path) -> Iterator[Path]:
    """What was delivered; in `tmp` lies what was not, beside the folders the indexes of the mail server."""
    for part in (path / "new", path / "cur"):
        if part.is_dir():
            yield from part.iterdir()


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MBOX_START)) == MBOX_START


def _mbox(path: Path) -> Iterator[Found | Unread]:
    number, lines = 0, list[bytes]()
    with path.open("rb") as file:
        for before, line, behind in _triples(file):
            if number == 0 or _begins(before, line, behind):
                if number:
                    yield _found(f"{path}#{number}", b"".join(lines))
                number, lines = number + 1, []
            else:
                lines.append(line[1:] if QUOTED_FROM.match(line) else line)
    yield _found(f"{path}#{number}", b"".join(lines))


def _triples(file: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Each line with the one before it and the one behind it."""
    for (before, line), (_line, behind) in pairwise(pairwise(chain([b""], file, [b""]))):
        yield before, line, behind


def _begins(before: bytes, line: bytes, behind: bytes) -> bool:
    """Whether a message begins here. A sentence may begin with "From" too: then no header field follows."""
    apart = not before.strip(b"\r\n") or FROM_LINE.match(line) is not None
    return line.startswith(MBOX_START) and apart and FIELD.match(behind) is not None
