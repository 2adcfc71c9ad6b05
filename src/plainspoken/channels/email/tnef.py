"""Outlook's own package (winmail.dat, MS-OXTNEF): the text and the files inside it.

Our own reader: `tnefparse` raises on file names in GBK and does not tell a package that was cut. What stands
before the damage is read; `complete` says whether there was none.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from plainspoken.channels.email import charset, limits, rtf

TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
SIGNATURE = b"\x78\x9f\x3e\x22"
HEADER_BYTES, CHECKSUM_BYTES = 6, 2
NEW_FILE, TITLE, FILE, FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
BODY, PROPERTIES, CODE_PAGE = 0x800C, 0x9003, 0x9007
PLAIN, RTF, HTML = 0x1000, 0x1009, 0x1013
DISPLAY_NAME, DATA, SHORT_NAME, LONG_NAME, MIME_TYPE, CONTENT_ID = (
    0x3001,
    0x3701,
    0x3704,
    0x3707,
    0x370E,
    0x3712,
)
STRING8, UNICODE, OBJECT, BINARY = 0x1E, 0x1F, 0x0D, 0x102
FIXED_BYTES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
VARIABLE = (STRING8, UNICODE, OBJECT, BINARY)
SEVERAL = 0x1000
NAMED_FROM = 0x8000
INTERFACE_BYTES = 16
WITHIN_MAX = 3


@dataclass(slots=True)
class File:
    """One file as the sender attached it; `content_id` where the HTML shows it."""

    name: str = ""
    content_type: str = ""
    content: bytes = b""
    content_id: str = ""


@dataclass(slots=True)
class Package:
    """`html` still in bytes, for it names its own charset; not `complete`: something in it was not readable."""

    text: str = ""
    html: bytes = b""
    files: list[File] = field(default_factory=list)
    complete: bool = True


class _Cut(Exception):
    """The package ends in the middle of something."""


def read(raw: bytes, within: int = 0) -> Package:
    """Never raises; without the signature of the format an empty package that is not complete."""
    package = Package()
    if not raw.startswith(SIGNATURE):
        return Package(complete=False)
    try:
        code_page = ""
        for attribute, data in _attributes(raw):
            if attribute == CODE_PAGE and len(data) >= 4:
                code_page = f"cp{struct.unpack_from('<I', data)[0]}"
            else:
                _take(package, attribute, data, code_page, within)
    except (_Cut, struct.error):
        package.complete = False
    package.files = [file for file in package.files if file.content or file.name]
    return package


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = HEADER_BYTES
    while at < len(raw) or at == HEADER_BYTES:
        if at + 9 > len(raw):
            raise _Cut
        attribute, length = struct.unpack_from("<xHxxI", raw, at)
        data = raw[at + 9 : at + 9 + length]
        yield attribute, data
        at += 9 + length + CHECKSUM_BYTES
        if at > len(raw):
            raise _Cut


def _take(package: Package, attribute: int, data: bytes, code_page: str, within: int) -> None:
    if attribute == NEW_FILE:
        package.complete = package.complete and len(package.files) < limits.PARTS_MAX
        package.files += [File()] if package.complete else []
    elif attribute == BODY:
        package.text = _string(data, code_page)
    elif attribute == PROPERTIES:
        _take_texts(package, data, code_page)
    elif package.files and attribute == TITLE:
        package.files[-1].name = package.files[-1].name or _string(data, code_page)
    elif package.files and attribute == FILE:
        package.files[-1].content = data
    elif package.files and attribute == FILE_PROPERTIES:
        _take_file(package, data, code_page, within)


def _take_texts(package: Package, data: bytes, code_page: str) -> None:
    """The text in the plainest form there is."""
    found = dict(_properties(data))
    kind, plain = found.get(PLAIN, (STRING8, b""))
    package.text = package.text or _value(kind, plain, code_page)
    package.html = found.get(HTML, (BINARY, b""))[1].rstrip(b"\0")
    if not package.text.strip() and not package.html and RTF in found:
        package.text = rtf.to_text(rtf.decompressed(found[RTF][1]))


def _take_file(package: Package, data: bytes, code_page: str, within: int) -> None:
    found, file = dict(_properties(data)), package.files[-1]
    named = {key: _value(*found[key], code_page) for key in found if found[key][0] in (STRING8, UNICODE)}
    file.name = named.get(LONG_NAME) or named.get(SHORT_NAME) or named.get(DISPLAY_NAME) or file.name
    file.content_type, file.content_id = named.get(MIME_TYPE, ""), named.get(CONTENT_ID, "")
    kind, content = found.get(DATA, (BINARY, b""))
    if kind == OBJECT and content[INTERFACE_BYTES:].startswith(SIGNATURE):
        _take_message(package, content[INTERFACE_BYTES:], within)
    elif content:
        file.content = content[INTERFACE_BYTES:] if kind == OBJECT else content


def _take_message(package: Package, raw: bytes, within: int) -> None:
    """A message within the package: its words as a file under its subject, its files beside it."""
    file = package.files[-1]
    if within >= WITHIN_MAX:
        file.content, package.complete = raw, False
        return
    inner = read(raw, within + 1)
    formatted = inner.html and not inner.text.strip()
    file.name += ".html" if formatted else ".txt"
    file.content = inner.html if formatted else inner.text.encode()
    package.files += inner.files
    package.complete = package.complete and inner.complete


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """The key of each property with its type and first value."""
    (count,), at = struct.unpack_from("<I", data), 4
    for _ in range(count):
        kind, key = struct.unpack_from("<HH", data, at)
        at += 4
        if key >= NAMED_FROM:
            at = _after_name(data, at)
        several, kind = kind & SEVERAL, kind & ~SEVERAL
        number = 1
        if several or kind in VARIABLE:
            (number,), at = struct.unpack_from("<I", data, at), at + 4
        values = []
        for _ in range(number):
            value, at = _one_value(data, at, kind)
            values.append(value)
        if values:
            yield key, (kind, values[0])


def _one_value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    if kind in VARIABLE:
        (length,), at = struct.unpack_from("<I", data, at), at + 4
    elif kind in FIXED_BYTES:
        length = FIXED_BYTES[kind]
    else:
        raise _Cut
    if at + length > len(data):
        raise _Cut
    return data[at : at + length], at + length + -length % 4


def _after_name(data: bytes, at: int) -> int:
    at += INTERFACE_BYTES
    (by_string,), at = struct.unpack_from("<I", data, at), at + 4
    if not by_string:
        return at + 4
    length = int(struct.unpack_from("<I", data, at)[0])
    return at + 4 + length + -length % 4


def _value(kind: int, data: bytes, code_page: str) -> str:
    if kind == UNICODE:
        return charset.decode(data[: len(data) & ~1], "utf-16-le").text.rstrip("\0")
    return _string(data, code_page)


def _string(data: bytes, code_page: str) -> str:
    return charset.decode(data.rstrip(b"\0"), code_page).text
