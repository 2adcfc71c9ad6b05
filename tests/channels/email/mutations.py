"""Mails damaged the way the world damages them, the same ones for the same seed."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.eml"))
CHARSETS = [b"utf-8", b"gb2312", b"gbk", b"gb18030", b"big5", b"iso-2022-jp", b"hz-gb-2312", b"us-ascii"]
CHARSETS += [b"utf-16", b"utf-7", b"euc-kr", b"x-unknown", b"", b"rot13"]
NAMED_CHARSET = re.compile(
    rb"(?i)(?:utf-?8|gb2312|gbk|gb18030|big5|us-ascii|iso-[\w-]{1,12}|shift_jis|windows-\d+)"
)
DAMAGED_FIELDS = [b"From: \xff<>@", b"Subject: =?", b"Content-Type: multipart/mixed", b"From: a@b, c@d"]
DAMAGED_FIELDS += [b"Content-Transfer-Encoding: base64", b"Message-ID: <", b"\x00: \x00", b"To", b" folded"]


def mails(count: int, seed: int) -> Iterator[bytes]:
    """So many mails of the corpus, each damaged once to four times."""
    chance = Random(seed)
    whole = [path.read_bytes() for path in CORPUS]
    for _ in range(count):
        raw = chance.choice(whole)
        for _ in range(chance.randint(1, 4)):
            raw = chance.choice(DAMAGES)(raw, chance)
        yield raw


def _flipped(raw: bytes, chance: Random) -> bytes:
    damaged = bytearray(raw)
    for _ in range(min(len(damaged), chance.choice([1, 3, 20]))):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _lines_dropped(raw: bytes, chance: Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    at = chance.randrange(len(lines) or 1)
    return b"".join(lines[:at] + lines[at + chance.choice([1, 1, 5]) :])


def _lines_doubled(raw: bytes, chance: Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    at = chance.randrange(len(lines) or 1)
    return b"".join(lines[: at + 1] * chance.choice([1, 2]) + lines[at:])


def _cut(raw: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return chance.choice([raw[:at], raw[at:]])


def _field_damaged(raw: bytes, chance: Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    lines.insert(chance.randrange(min(len(lines), 8) + 1), chance.choice(DAMAGED_FIELDS) + b"\r\n")
    return b"".join(lines)


def _charset_swapped(raw: bytes, chance: Random) -> bytes:
    return NAMED_CHARSET.sub(lambda _: chance.choice(CHARSETS), raw, count=chance.choice([0, 1]))


def _line_ends_changed(raw: bytes, chance: Random) -> bytes:
    return raw.replace(b"\r\n", chance.choice([b"\r", b"\n", b"\r\r\n", b"\n\r"]))


def _bytes_put_in(raw: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.randbytes(chance.choice([1, 4, 60])) + raw[at:]


DAMAGES: list[Callable[[bytes, Random], bytes]] = [
    _flipped,
    _lines_dropped,
    _lines_doubled,
    _cut,
    _field_damaged,
    _charset_swapped,
    _line_ends_changed,
    _bytes_put_in,
]
