"""The tree of parts, cut from raw bytes at the boundaries; nothing is decoded that is not asked for.

An outer boundary is looked for before an inner one, so an inner multipart that never ends cannot swallow what
follows it. Every limit turns the part into a leaf and names the trouble; no byte is dropped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from plainspoken.channels.email import headers, limits, params, transfer
from plainspoken.channels.email.headers import Headers
from plainspoken.channels.email.params import Field
from plainspoken.channels.email.troubles import Trouble

DELIMITER_TAIL_BYTES_MAX = 80
DELIMITER = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]{0,80}\r?\ncontent-", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """One node; a leaf has a body, still in its transfer encoding, and no children."""

    headers: Headers
    kind: Field
    disposition: Field
    body: bytes
    children: tuple["Part", ...] = ()

    @property
    def content_type(self) -> str:
        return self.kind.value

    @property
    def encoding(self) -> str:
        line = self.headers.first("content-transfer-encoding").decode("ascii", "replace")
        return line.partition(";")[0].strip(" \t\r\n\"'").lower()

    def content(self) -> bytes:
        return transfer.decode(self.body, self.encoding)

    def leaves(self) -> Iterator["Part"]:
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(frozen=True, slots=True)
class _Place:
    """How deep a part lies, and whether it ends only where the mail ends, as one that was cut would."""

    depth: int
    at_end: bool


@dataclass(slots=True)
class _Reading:
    """What is counted and noticed while one mail is taken apart."""

    parts: int = 0
    troubles: list[Trouble] = field(default_factory=list)


def read(raw: bytes) -> tuple[Part, list[Trouble]]:
    """The tree of a whole mail and what was strange about it. Never raises."""
    reading = _Reading()
    top, body_at = headers.split(raw)
    if top.lines > limits.HEADER_LINES_MAX or body_at > limits.HEADER_BYTES_MAX:
        reading.troubles.append(Trouble.TOO_MANY_HEADERS)
    return _part(top, raw[body_at:], "text/plain", _Place(1, at_end=True), reading), reading.troubles


def _part(block: Headers, body: bytes, default: str, place: _Place, reading: _Reading) -> Part:
    reading.parts += 1
    kind = params.read(block.first("content-type"))
    if "/" not in kind.value:
        kind = Field(default, kind.params)
    part = Part(block, kind, params.read(block.first("content-disposition")), body)
    if not kind.value.startswith("multipart/"):
        return part
    if place.depth >= limits.NESTING_DEPTH_MAX:
        reading.troubles.append(Trouble.TOO_DEEP)
        return part
    return _multipart(part, place, reading)


def _multipart(part: Part, place: _Place, reading: _Reading) -> Part:
    """With its children; without a single boundary in the body it is a text that says it is more."""
    body = part.content() if part.encoding in ("base64", "quoted-printable") else part.body
    boundary = part.kind.params.get("boundary", "").encode("latin-1", "replace")
    sections, closed = _sections(body, boundary)
    if not sections:
        sections, closed = _sections(body, _guessed_boundary(body))
    if not sections:
        reading.troubles.append(Trouble.BROKEN_MULTIPART)
        return Part(part.headers, Field("text/plain", part.kind.params), part.disposition, part.body)
    if not closed and place.at_end:
        reading.troubles.append(Trouble.TRUNCATED)
    if reading.parts + len(sections) > limits.PARTS_MAX:
        reading.troubles.append(Trouble.TOO_MANY_PARTS)
        return part
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    children = []
    for number, section in enumerate(sections, 1):
        block, body_at = headers.split(section)
        inside = _Place(place.depth + 1, place.at_end and not closed and number == len(sections))
        children.append(_part(block, section[body_at:], default, inside, reading))
    return Part(part.headers, part.kind, part.disposition, b"", tuple(children))


def _sections(body: bytes, boundary: bytes) -> tuple[list[bytes], bool]:
    """What stands between the delimiter lines, and whether the closing one was there."""
    sections: list[bytes] = []
    mark, start, at = b"--" + boundary, -1, -1
    while boundary and (at := body.find(mark, at + 1)) >= 0:
        found_end = body.find(b"\n", at)
        line_end = len(body) if found_end < 0 else found_end
        tail = body[at + len(mark) : min(line_end, at + len(mark) + DELIMITER_TAIL_BYTES_MAX)].strip()
        if (at and body[at - 1] != 10) or tail not in (b"", b"--"):
            continue
        if start >= 0:
            sections.append(body[start:at].removesuffix(b"\n").removesuffix(b"\r"))
        if tail == b"--":
            return sections, True
        start = line_end + 1
    rest = body[start:] if start >= 0 else b""
    if rest.strip():
        sections.append(rest)
    return sections, bool(sections) and not rest.strip()


def _guessed_boundary(body: bytes) -> bytes:
    """For a multipart that names none, or another: a line in dashes, followed by the header of a part."""
    match = DELIMITER.search(body)
    return match[1] if match else b""
