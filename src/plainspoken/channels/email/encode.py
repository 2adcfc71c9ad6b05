"""The pieces of an outgoing mail in ASCII: header fields, encoded words, texts, files."""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from plainspoken.channels.email.addresses import Address

LINE_BREAK = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:@\"\x00-\x1f\x7f]{1,64}@[^\s<>()\\,;@\"\x00-\x1f\x7f]{1,255}")
CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}")
ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")
PERCENT_PIECE = re.compile(r"(?:%[0-9A-F]{2}|[^%]){1,18}")
FIELD_CHARS_MAX = 76
PLAIN_NAME_CHARS_MAX = 60
WORD_BYTES_MAX = 45
BASE64_ABOVE_SHARE = 0.3
EOL = b"\r\n"


def field(name: str, words: Sequence[str]) -> bytes:
    """One header field, folded between its words."""
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + len(word) >= FIELD_CHARS_MAX and not line.endswith(":"):
            lines.append(line)
            line = ""
        line += f" {word}"
    return EOL.join(part.encode() for part in [*lines, line])


def one_line(value: str) -> str:
    """The value, if it can stand in a header; ValueError for a line break or a control character."""
    if LINE_BREAK.search(value):
        raise ValueError("a header value must not contain a line break")
    return value


def words(value: str) -> list[str]:
    """Free text: ASCII as it is when folding leaves it so, else encoded words."""
    plain = one_line(value).isascii() and "=?" not in value and value == " ".join(value.split())
    fits = max(map(len, value.split()), default=0) < FIELD_CHARS_MAX
    return value.split() if plain and fits else _encoded(value)


def mailboxes(everyone: Iterable[Address]) -> list[str]:
    """The words of an address list; ValueError for an address that is none."""
    found: list[str] = []
    for one in everyone:
        if found:
            found[-1] += ","
        name, address = one_line(one.name).strip(), _address(one.address)
        found += [*_phrase(name), f"<{address}>"] if name else [address]
    return found


def _address(address: str) -> str:
    if not ADDRESS.fullmatch(address):
        raise ValueError("not an address")
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        raise ValueError("not a domain") from None


def _phrase(name: str) -> list[str]:
    """A display name: as it is, in quotes, or in encoded words."""
    plain = name.isascii() and "=?" not in name and name == " ".join(name.split())
    if not plain or len(name) > PLAIN_NAME_CHARS_MAX:
        return _encoded(name)
    if ATOMS.fullmatch(name):
        return name.split()
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{escaped}"']


def _encoded(value: str) -> list[str]:
    """RFC 2047 words of whole characters, each at most 75 characters long."""
    chunks, chunk = [], b""
    for character in value:
        encoded = character.encode("utf-8", "replace")
        if len(chunk) + len(encoded) > WORD_BYTES_MAX:
            chunks.append(chunk)
            chunk = b""
        chunk += encoded
    return [f"=?utf-8?B?{base64.b64encode(part).decode()}?=" for part in [*chunks, chunk] if part]


def text(kind: str, value: str) -> list[bytes]:
    """The lines of a text part."""
    raw = value.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").replace(b"\n", EOL)
    head = f'Content-Type: text/{kind}; charset="utf-8"'.encode()
    if sum(1 for byte in raw if byte > 126) > len(raw) * BASE64_ABOVE_SHARE:
        return [head, b"Content-Transfer-Encoding: base64", b"", *_base64(raw)]
    return [head, b"Content-Transfer-Encoding: quoted-printable", b"", binascii.b2a_qp(raw, istext=True)]


def file(name: str, content_type: str, content: bytes) -> list[bytes]:
    """The lines of an attachment; a mail inside goes as a plain file: as a mail it may not be in base64."""
    kind = content_type.lower()
    if not CONTENT_TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"
    named, filed = _file_names(one_line(name).replace("\\", "_").replace("/", "_").replace('"', "'"))
    return [
        f"Content-Type: {kind};\r\n {named}".encode(),
        f"Content-Disposition: attachment;\r\n {filed}".encode(),
        b"Content-Transfer-Encoding: base64",
        b"",
        *_base64(content),
    ]


def _file_names(name: str) -> tuple[str, str]:
    """As encoded words for the programs that know only those, and as RFC 2231 has it."""
    if name.isascii() and len(name) <= PLAIN_NAME_CHARS_MAX and "=?" not in name and "%" not in name:
        return f'name="{name}"', f'filename="{name}"'
    pieces = PERCENT_PIECE.findall(quote(name, safe="", errors="replace"))
    numbered = [f"filename*{number}*={piece}" for number, piece in enumerate(pieces)]
    numbered[0] = numbered[0].replace("=", "=utf-8''", 1)
    return 'name="{}"'.format("\r\n ".join(_encoded(name))), ";\r\n ".join(numbered)


def _base64(content: bytes) -> list[bytes]:
    return base64.encodebytes(content).rstrip(b"\n").split(b"\n")
