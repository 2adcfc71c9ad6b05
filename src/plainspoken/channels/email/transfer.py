"""Content-Transfer-Encoding undone: base64 as mails really carry it, quoted-printable, uuencode."""

import binascii
import re

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
OTHERS = bytes(set(range(256)) - set(ALPHABET))
URL_SAFE = bytes.maketrans(b"-_", b"+/")
PADDED = re.compile(rb"[^=]+=*")
BLANKS = b" \t\r\n"


def decode(body: bytes, encoding: str) -> bytes:
    """The content of a body; one that is not what its encoding says is left as it is."""
    if encoding == "base64":
        return base64(body) if _is_base64(body) else body
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _uuencoded(body)
    return body


def base64(raw: bytes) -> bytes:
    """All that can be read: foreign characters are skipped, padding may be missing or stand anywhere."""
    only = raw.translate(None, OTHERS)
    at = only.find(b"=")
    if at < 0 or at >= len(only) - 2:
        return _group(only.rstrip(b"="))
    return b"".join(_group(piece.rstrip(b"=")) for piece in PADDED.findall(only))


def base64_words(payloads: list[bytes]) -> bytes:
    """Neighbouring encoded words, whose base64 some senders cut in the middle of a group of four."""
    payloads = [payload.translate(URL_SAFE) for payload in payloads]
    cut = any(len(payload) % 4 and not payload.endswith(b"=") for payload in payloads[:-1])
    return base64(b"".join(payloads)) if cut else b"".join(base64(payload) for payload in payloads)


def _is_base64(raw: bytes) -> bool:
    """False for a body that says base64 and is plain text: 8-bit, or more than a tenth is foreign."""
    solid = raw.translate(None, BLANKS)
    foreign = len(solid) - len(solid.translate(None, OTHERS))
    return solid.isascii() and foreign * 10 <= len(solid)


def _group(only: bytes) -> bytes:
    """Without padding, of any length; one character beyond a group of four says nothing and is dropped."""
    only = only[: len(only) - 1] if len(only) % 4 == 1 else only
    return binascii.a2b_base64(only + b"=" * (-len(only) % 4))


def _uuencoded(body: bytes) -> bytes:
    lines = body.splitlines()
    begin = next((n for n, line in enumerate(lines) if line.startswith(b"begin ")), -1)
    decoded = []
    for line in lines[begin + 1 :]:
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
