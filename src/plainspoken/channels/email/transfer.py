"""Content-Transfer-Encoding undone: base64 as mails really carry it, quoted-printable, uuencode."""

import binascii
import re

from plainspoken.channels.email import limits

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
OTHERS = bytes(set(range(256)) - set(ALPHABET))
URL_SAFE = bytes.maketrans(b"-_", b"+/")
PADDED = re.compile(rb"[^=]+=*")
WORDS_BELOW = re.compile(
    rb"((?:[A-Za-z0-9+/]{20,100}\r?\n)*[A-Za-z0-9+/]{2,100}={0,2}[ \t]*\r?\n)(?:[ \t]*\r?\n)*"
    rb"((?=[^\r\n]{0,998}[ \x80-\xff])(?:(?![A-Za-z0-9+/]{40})[^\r\n]{0,998}(?:\r?\n|\Z)){1,40})"
)
BLANKS = b" \t\r\n"
UU_LINE_BYTES = 45
UU_LINES_MAX = limits.MESSAGE_BYTES_MAX // UU_LINE_BYTES


def decode(body: bytes, encoding: str) -> bytes:
    """The content of a body; one that is not what its encoding says is left as it is."""
    if encoding == "base64":
        return _base64_body(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _uuencoded(body)
    return body


def base64(raw: bytes) -> bytes:
    """All that can be read: foreign characters are skipped, padding may be missing or stand anywhere."""
    only = raw.translate(None, OTHERS)
    bare = only.rstrip(b"=")
    if b"=" not in bare:
        return _group(bare)
    return b"".join(_group(piece.rstrip(b"=")) for piece in PADDED.findall(only))


def base64_words(payloads: list[bytes]) -> bytes:
    """Neighbouring encoded words, whose base64 some senders cut in the middle of a group of four."""
    payloads = [payload.translate(URL_SAFE) for payload in payloads]
    cut = any(len(payload) % 4 and not payload.endswith(b"=") for payload in payloads[:-1])
    return base64(b"".join(payloads)) if cut else b"".join(base64(payload) for payload in payloads)


def _base64_body(raw: bytes) -> bytes:
    """A body may be plain text all the same, 8-bit or more than a tenth foreign; or a gateway writes below."""
    solid = raw.translate(None, BLANKS)
    foreign = len(solid) - len(solid.translate(None, OTHERS))
    if foreign and (match := WORDS_BELOW.fullmatch(raw)):
        return base64(match[1]) + b"\n" + match[2]
    return base64(raw) if solid.isascii() and foreign * 10 <= len(solid) else raw


def _group(only: bytes) -> bytes:
    """Without padding, of any length; one character beyond a group of four says nothing and is dropped."""
    only = only[: len(only) - 1] if len(only) % 4 == 1 else only
    return binascii.a2b_base64(only + b"=" * (-len(only) % 4))


def _uuencoded(body: bytes) -> bytes:
    """A line that lost its blanks at the end is filled up, so a few bytes may claim many: no more than a mail has."""
    lines = body.splitlines()
    begin = next((n for n, line in enumerate(lines) if line.startswith(b"begin ")), -1)
    decoded = []
    for line in lines[begin + 1 :][:UU_LINES_MAX]:
        if line.strip() in (b"end", b"`", b""):
            continue
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = ((line[0] - 32) & 63) * 4 // 3 + 2
            decoded.append(_uu_line(line[: length + 1]))
    return b"".join(decoded)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""
