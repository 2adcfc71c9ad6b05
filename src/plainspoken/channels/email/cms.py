"""What a message signed as one block (S/MIME, RFC 8551; CMS, RFC 5652) says, its signature not verified.

No library here gives the content of signed data without the certificates to verify it. Only the four levels
around the content are walked, in DER or BER: nothing of the signature is judged, and the file stays beside
the text for whoever wants to.
"""

from collections.abc import Iterator
from typing import NamedTuple

TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
SIGNED = bytes.fromhex("06092a864886f70d010702")
OCTETS = 0x04
CONSTRUCTED = 0x20
DEPTH_MAX = 30


class _Element(NamedTuple):
    """`start` and `end` of the value, `after` the whole element."""

    tag: int
    start: int
    end: int
    after: int


class _Malformed(Exception):
    """It is not what its bytes say."""


def is_signed(raw: bytes) -> bool:
    """Whether it is signed data; anything else under this name is encrypted."""
    return SIGNED in raw[:40]


def signed_content(raw: bytes) -> bytes | None:
    """The part that was signed; None where there is none inside or the block is malformed."""
    try:
        _, wrapped = _inside(raw, _element(raw, 0))[:2]
        signed = _inside(raw, _inside(raw, wrapped)[0])
        _, content = _inside(raw, signed[2])[:2]
        return b"".join(_octets(raw, _inside(raw, content)[0]))
    except (_Malformed, IndexError, ValueError):
        return None


def _inside(raw: bytes, element: _Element) -> list[_Element]:
    found, at = [], element.start
    while at < element.end:
        found.append(_element(raw, at))
        at = found[-1].after
    return found


def _octets(raw: bytes, element: _Element, depth: int = 0) -> Iterator[bytes]:
    """A string may be written in pieces."""
    if depth > DEPTH_MAX:
        raise _Malformed
    if element.tag == OCTETS:
        yield raw[element.start : element.end]
    elif element.tag == OCTETS | CONSTRUCTED:
        for piece in _inside(raw, element):
            yield from _octets(raw, piece, depth + 1)
    else:
        raise _Malformed


def _element(raw: bytes, at: int, depth: int = 0) -> _Element:
    tag, length, start = raw[at], raw[at + 1], at + 2
    if depth > DEPTH_MAX or tag & 0x1F == 0x1F:
        raise _Malformed
    if length == 0x80:
        end = start
        while raw[end : end + 2] != b"\0\0":
            end = _element(raw, end, depth + 1).after
        return _Element(tag, start, end, end + 2)
    if length > 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(raw[start : start + size], "big"), start + size
    if start + length > len(raw):
        raise _Malformed
    return _Element(tag, start, start + length, start + length)
