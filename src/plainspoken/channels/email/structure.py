"""The tree of parts, cut from raw bytes at the boundaries; nothing is decoded that is not asked for.

An outer boundary is looked for before an inner one, so an inner multipart that never ends cannot swallow what
follows it. Every limit turns the part into a leaf and names the trouble; no byte is dropped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from plainspoken.channels.email import headers, limits, params, transfer
from plainspoken.channels.email.headers import Headers
from plainspoken.channels.email.params import Field
from plainspoken.channels.email.troubles import Trouble

DELIMITER_TAIL_BYTES_MAX = 80


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


@dataclass(slots=True)
class _Reading:
    """What is counted and noticed while one mail is taken apart."""

    parts: int = 0
    troubles: list[Trouble] = field(default_factory=list)


def read(raw: bytes) -> tuple[Part, list[Trouble]]:
    """The tree of a whole mail and what was strange about it. Never raises."""
    reading = _Reading()
    top, body_at = headers.split(raw)
    if top.lines > limits.HEADER_LINES_MAX:
        reading.troubles.append(Trouble.TOO_MANY_HEADERS)
    return _part(top, raw[body_at:], "text/plain", 1, reading), reading.troubles


def _part(block: Headers, body: bytes, default: str, depth: int, reading: _Reading) -> Part:
    reading.parts += 1
    kind = params.read(block.first("content-type"))
    if "/" not in kind.value:
        kind = Field(default, kind.params)
    part = Part(block, kind, params.read(block.first("content-disposition")), body)
    if not kind.value.startswith("multipart/"):
        return part
    if depth >= limits.NESTING_DEPTH_MAX:
        reading.troubles.append(Trouble.TOO_DEEP)
        return part
    return _multipart(part, depth, reading)


def _multipart(part: Part, depth: int, reading: _Reading) -> Part:
    """With its children; without a single boundary in the body it is a text that says it is more."""
    body = part.content() if part.encoding in ("base64", "quoted-printable") else part.body
    boundary = part.kind.params.get("boundary", "").encode("latin-1", "replace")
    sections, closed = _sections(body, boundary or _guessed_boundary(body))
    if not sections:
        reading.troubles.append(Trouble.BROKEN_MULTIPART)
        return Part(part.headers, Field("text/plain", part.kind.params), part.disposition, part.body)
    if not closed:
        reading.troubles.append(Trouble.TRUNCATED)
    if reading.parts + len(sections) > limits.PARTS_MAX:
        reading.troubles.append(Trouble.TOO_MANY_PARTS)
        return part
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    children = []
    for section in sections:
        block, body_at = headers.split(section)
        children.append(_part(block, section[body_at:], default, depth + 1, reading))
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
    if 0 <= start < len(body):
        sections.append(body[start:])
    return sections, False


def _guessed_boundary(body: bytes) -> bytes:
    """For a multipart that names none: a first line in dashes, followed by the header of a part."""
    line, _, rest = body.lstrip().partition(b"\n")
    if line.startswith(b"--") and rest[:8].lower() == b"content-":
        return line.strip()[2:]
    return b""
