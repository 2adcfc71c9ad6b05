"""Header fields from raw bytes: the block, folding, encoded words of RFC 2047, dates.

Python's `email` garbles raw 8-bit headers and raises on some addresses, so fields stay bytes until asked for.
A value is first decoded as a whole (a GBK byte may look like a quote or a backslash), then taken apart.
"""

import binascii
import email.utils
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from plainspoken.channels.email import charset, limits, transfer
from plainspoken.channels.email.charset import Decoded

LINE = re.compile(rb"[^\n]*\n?")
FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
COMMON_FIELD = re.compile(
    rb"(?:from|to|cc|subject|date|sender|reply-to|message-id|references|in-reply-to|received|return-path|"
    rb"mime-version|content-[a-z-]+|x-[a-z-]+)[ \t]*:",
    re.IGNORECASE,
)
ENCODED_WORD = re.compile(
    r"=\?([^?\s]{0,60})\?"
    r"(?:([bB])\?([^?]*)|([qQ])\?((?:[^?]|\?(?!=)|\?=(?=[0-9A-F]{2}[^ ?]*\?=))*))"
    r"(?:\?=|\??$)"
)
HEX_CODE = re.compile(rb"=[0-9A-Fa-f]{2}")
BASE64_ONLY = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
BASE64_SURE_BYTES_MIN = 8
CHINESE_ONLY = re.compile(r"[\x20-\x7e]*[\u3000-\u9fff\uff00-\uffef][\x20-\x7e\u3000-\u9fff\uff00-\uffef]*")
NOT_ONE_LINE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")
DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one block in their order, names in lower case, values as raw bytes, still folded."""

    fields: tuple[tuple[str, bytes], ...] = ()
    lines: int = 0
    _first: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def all(self, name: str) -> list[bytes]:
        return [value for key, value in self.fields if key == name]

    def first(self, name: str) -> bytes:
        """The first value of that name that is not blank; empty if there is none."""
        return self._first.get(name, b"")

    def __contains__(self, name: object) -> bool:
        return name in self._first


class Word(NamedTuple):
    """One encoded word, its payload still encoded."""

    charset: str
    payload: bytes
    base64: bool


def split(raw: bytes) -> tuple[Headers, int]:
    """The header block at the start of `raw` and the offset at which the body begins."""
    block, body_at = _block(raw)
    lines = [match for match in LINE.finditer(block) if match.end() > match.start()]
    fields: list[tuple[str, list[bytes]]] = []
    last_common = max((n for n, line in enumerate(lines) if COMMON_FIELD.match(line[0])), default=-1)
    for number, line in enumerate(lines):
        text = line[0]
        if text[0] not in b" \t" and (match := FIELD.match(text)):
            fields.append((match[1].decode("ascii").lower(), [match[2]]))
        elif fields and (text[0] in b" \t" or number < last_common):
            fields[-1][1].append(text if text[0] in b" \t" else b" " + text)
        elif not text.startswith((b"From ", b">From ")):
            body_at = line.start()
            break
    return _headers(fields, len(lines)), body_at


def of(name: str, value: str) -> Headers:
    """A block of one field."""
    return _headers([(name, [one_line(value).encode()])], 1)


def _headers(fields: list[tuple[str, list[bytes]]], lines: int) -> Headers:
    joined = tuple((name, b"".join(value).strip()) for name, value in fields)
    first: dict[str, bytes] = {}
    for name, value in joined:
        if value and name not in first:
            first[name] = value
    return Headers(joined, lines, first)


def _block(raw: bytes) -> tuple[bytes, int]:
    """Up to the first empty line; a block without any is cut at the limit."""
    if raw.startswith((b"\n", b"\r\n")):
        return b"", raw.index(b"\n") + 1
    unix, dos = raw.find(b"\n\n"), raw.find(b"\n\r\n")
    ends = [end for end in (unix, dos) if end >= 0]
    end = min(ends) if ends else len(raw)
    body_at = end + (3 if end == dos else 2) if ends else len(raw)
    return raw[: min(end + 1, limits.HEADER_BYTES_MAX)], body_at


def text(raw: bytes, hint: str | None = None) -> Decoded:
    """An unstructured value on one line, encoded words read."""
    return words(unfolded(raw, hint), hint)


def unfolded(raw: bytes, hint: str | None = None) -> Decoded:
    """The value as one line of text, encoded words still encoded."""
    lines = [line.strip() for line in raw[: limits.HEADER_VALUE_BYTES_MAX].split(b"\n")]
    cut = len(lines) > 1 and not raw.isascii() and _is_cut_inside_characters(lines)
    return charset.decode((b"" if cut else b" ").join(lines), hint=hint)


def _is_cut_inside_characters(lines: list[bytes]) -> bool:
    """Whether the lines make text only without the blanks between them: they were folded by the byte."""
    for codec in ("utf-8", "gb18030"):
        if charset.is_text(b" ".join(lines), codec):
            return False
        if charset.is_text(b"".join(lines), codec):
            return True
    return False


def words(value: Decoded, hint: str | None = None) -> Decoded:
    """RFC 2047, leniently; what a gateway has encoded once more is read once more."""
    once = _words(value, hint)
    return _words(once, hint) if "=?" in once.text and ENCODED_WORD.fullmatch(once.text) else once


def _words(value: Decoded, hint: str | None) -> Decoded:
    """Neighbours are joined as bytes, for a character may be cut between two words."""
    if "=?" not in value.text:
        return Decoded(one_line(value.text), value.charset, value.damaged, value.unreadable)
    pieces: list[Decoded] = []
    run: list[Word] = []
    at = 0
    for match in ENCODED_WORD.finditer(value.text):
        between = value.text[at : match.start()]
        if between.strip() or not run:
            pieces += [*_read(run, hint), Decoded(between, "ascii")]
            run = []
        run.append(_word(match))
        at = match.end()
    pieces += [*_read(run, hint), Decoded(value.text[at:], "ascii")]
    damaged = value.damaged or any(piece.damaged for piece in pieces)
    unreadable = value.unreadable or any(piece.unreadable for piece in pieces)
    return Decoded(one_line("".join(piece.text for piece in pieces)), value.charset, damaged, unreadable)


def one_line(value: str) -> str:
    """Without line breaks, controls and marks that turn the direction of writing: it shows as it is."""
    return DIRECTION_MARKS.sub("", NOT_ONE_LINE.sub(" ", value)).strip()


def _word(match: re.Match[str]) -> Word:
    """Raw characters inside a word, which should not be there, go back to the bytes they came from."""
    name = match[1].partition("*")[0].lower()
    payload = (match[3] if match[2] else match[5]) or ""
    codec = "ascii" if payload.isascii() else charset.codec_of(name) or "utf-8"
    raw = payload.encode(codec, "replace")
    base64 = not HEX_CODE.search(raw) if match[2] else codec == "ascii" and _is_base64_of_chinese(name, raw)
    return Word(name, raw, base64)


def _is_base64_of_chinese(name: str, payload: bytes) -> bool:
    """A word that says Q and is B: no code in it, and as base64 nothing but Chinese in UTF-8."""
    if len(payload) < BASE64_SURE_BYTES_MIN or not BASE64_ONLY.fullmatch(payload) or name != "utf-8":
        return False
    content = transfer.base64(payload)
    return charset.is_text(content, "utf-8") and CHINESE_ONLY.fullmatch(content.decode()) is not None


def _read(run: list[Word], hint: str | None) -> Iterator[Decoded]:
    """The texts of neighbouring words, each stretch of one charset as one string of bytes."""
    for name, stretch in itertools.groupby(run, key=lambda word: word.charset):
        yield charset.decode(_bytes_of(list(stretch)), name, hint=hint)


def _bytes_of(stretch: list[Word]) -> bytes:
    if all(word.base64 for word in stretch):
        return transfer.base64_words([word.payload for word in stretch])
    return b"".join(
        transfer.base64(word.payload) if word.base64 else binascii.a2b_qp(word.payload, header=True)
        for word in stretch
    )


def date(raw: bytes) -> datetime | None:
    """A Date field in UTC; a missing zone is UTC; None if unreadable or of a time no mail can be of."""
    value = one_line(unfolded(raw).text)
    try:
        moment = _rfc5322(value) or datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC) if EARLIEST < moment < LATEST else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _rfc5322(value: str) -> datetime | None:
    parsed = email.utils.parsedate_tz(value[:200])
    if parsed is None:
        return None
    zone = timezone(timedelta(seconds=parsed[9] or 0))
    return datetime(*parsed[:6], tzinfo=zone)
