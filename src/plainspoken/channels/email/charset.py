"""Bytes to text, when a mail names its charset, names the wrong one, or names none.

The order: what is valid UTF-8 is UTF-8; then the declared charset, GB2312 and GBK read as the larger
GB18030; then Chinese by the frequency of its common characters; then charset-normalizer; then Latin-1, which
reads anything and is therefore marked unreadable.
"""

import codecs
import functools
import re
from dataclasses import dataclass

import charset_normalizer

REPLACED = "\ufffd"
DAMAGE_SHARE_MAX = 0.05
DAMAGE_JUDGED_FROM_CHARS = 10
CHINESE_SHARE_MIN = 0.6
CHINESE_SHARE_SURE = 0.8
DECLARED_BONUS = 0.2
LATIN_BYTES_MAX = 3
SAMPLE_BYTES = 1_024
NAME_CHARS_MAX = 60
WESTERN_SHARE_MAX = 0.25
GUESSED = ["shift_jis", "euc_jp", "euc_kr", "cp1252", "cp1251", "koi8_r", "cp1256", "cp874"]
LATIN = {"ascii", "iso8859-1", "iso8859-15", "cp1252"}
ASIAN = {"gb18030", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949", "johab"}
STATEFUL = {"hz", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"}
SUPERSETS = {"big5": ("cp950", "big5hkscs"), "shift_jis": ("cp932",), "euc_kr": ("cp949",)}
TEXT_CODEC = re.compile(
    r"ascii|utf-|iso8859|iso2022|cp\d|koi8|mac-|shift|euc|big5|gb18030|hz$|tis-|kz|johab|ptcp"
)
GB_NAME = re.compile(r"gb|936|euc-?cn|simplified|x-?euc")
BIG5_NAME = re.compile(r"big-?5|950|traditional")
UTF8_NAME = re.compile(r"utf-?_?8|65001")
THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf][\x80-\xbf]")
PAIR = re.compile(rb"[\xa1-\xa3][\x40-\xfe]|([\x81-\xa0\xa4-\xfe][\x40-\xfe])")
GB_COMMON = frozenset(bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
BIG5_COMMON = frozenset(bytes((lead, trail)) for lead in range(0xA4, 0xC7) for trail in range(0x40, 0xFF))
HIGH = bytes(range(0x80, 0x100))
SHIFTED_CHINESE = re.compile(rb"\x1b\$\)A|\x0e([^\x0f\n]*)\x0f?")
HZ = re.compile(rb"~\{((?:[\x21-\x77][\x21-\x7e]){1,200})~\}")
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """`damaged`: some characters are replaced by U+FFFD. `unreadable`: no charset reads it."""

    text: str
    charset: str
    damaged: bool = False
    unreadable: bool = False


def decode(raw: bytes, declared: str | None = None, *, hint: str | None = None) -> Decoded:
    """The text of `raw`; `hint` is a charset declared elsewhere in the same mail. Never raises."""
    codec = codec_of(declared)
    plain = raw.isascii() and b"\x1b" not in raw and b"\x0e" not in raw and b"~{" not in raw
    if plain and codec not in STATEFUL:
        return Decoded(storable(raw.decode("ascii")), "ascii")
    hinted = codec_of(hint)
    found = _escaped(raw, codec) or _utf8(raw, codec, hinted) or _declared(raw, codec)
    found = found or _declared(raw, hinted) or _guessed(raw, codec)
    return Decoded(storable(found.text), found.charset, found.damaged, found.unreadable)


@functools.lru_cache(maxsize=256)
def codec_of(name: str | None) -> str | None:
    """Python's name of a declared text charset; None for an unknown one and for codecs that are not text."""
    name = (name or "")[:NAME_CHARS_MAX].strip(" \t\"'").lower().partition("*")[0]
    if GB_NAME.search(name) and not name.startswith("hz"):
        return "gb18030"
    if BIG5_NAME.search(name):
        return "big5"
    if UTF8_NAME.search(name):
        return "utf-8"
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return codec.replace("_", "-") if codec.startswith("utf") else codec if TEXT_CODEC.match(codec) else None


def is_text(raw: bytes, codec: str) -> bool:
    """Whether the codec reads all of it."""
    return _strict(raw, codec) is not None


def storable(text: str) -> str:
    """Without what PostgreSQL cannot store (NUL, lone surrogates) and other control characters."""
    return UNSTORABLE.sub("", text.removeprefix("\ufeff"))


def _strict(raw: bytes, codec: str) -> Decoded | None:
    try:
        return Decoded(raw.decode(codec), codec)
    except (UnicodeError, ValueError):
        return None


def _escaped(raw: bytes, codec: str | None) -> Decoded | None:
    """ISO-2022 in its Japanese, Korean and Chinese forms and HZ: seven bits with escape sequences; UTF-16."""
    if raw.startswith(UTF16_MARKS) and codec not in STATEFUL:
        return _strict(raw[: len(raw) & ~1], "utf-16")
    if codec is not None and codec.startswith("iso2022"):
        return _strict(raw, codec) or _strict(raw, "iso2022_jp_ext") or _mostly(raw, codec)
    if b"\x1b$)A" in raw:
        eighth_bit = SHIFTED_CHINESE.sub(lambda m: bytes(byte | 0x80 for byte in m[1] or b""), raw)
        return _strict(eighth_bit, "gb18030")
    if b"\x1b$)C" in raw:
        return _strict(raw, "iso2022_kr")
    if b"\x1b$" in raw:
        return _strict(raw, "iso2022_jp_ext")
    return _hz(raw) if b"~{" in raw and codec not in STATEFUL else None


def _hz(raw: bytes) -> Decoded | None:
    """HZ that nobody declared: what stands between its braces must be common Chinese."""
    eighth_bit, found = HZ.subn(lambda m: bytes(byte | 0x80 for byte in m[1]), raw)
    if found and _shares(eighth_bit)["gb18030"] >= CHINESE_SHARE_SURE:
        return _strict(eighth_bit.replace(b"~~", b"~"), "gb18030")
    return _strict(raw, "ascii")


def _utf8(raw: bytes, codec: str | None, hinted: str | None) -> Decoded | None:
    """Valid UTF-8 is hardly ever anything else; against a declared Asian charset it needs long characters."""
    if codec in STATEFUL:
        return None
    found = _strict(raw, "utf-8")
    if found and ((codec or hinted) not in ASIAN or THREE_BYTES.search(raw)):
        return found
    return _mostly(raw, "utf-8") if THREE_BYTES.search(raw) or codec == "utf-8" else None


def _declared(raw: bytes, codec: str | None) -> Decoded | None:
    if codec is None or codec == "utf-8":
        return None
    if codec in LATIN:
        several = len(raw) - len(raw.translate(None, HIGH)) > LATIN_BYTES_MAX
        chinese = _chinese(raw, CHINESE_SHARE_SURE) if several else None
        return chinese or _strict(raw, "cp1252" if codec != "iso8859-15" else codec)
    if codec in ("gb18030", "big5"):
        return _chinese(raw, CHINESE_SHARE_MIN, codec) or _supersets(raw, codec) or _mostly(raw, codec)
    return _supersets(raw, codec) or _mostly(raw, codec)


def _supersets(raw: bytes, codec: str) -> Decoded | None:
    for larger in (*SUPERSETS.get(codec, ()), codec):
        if found := _strict(raw, larger):
            return Decoded(found.text, codec)
    return None


def _guessed(raw: bytes, codec: str | None) -> Decoded:
    """What nobody declared, or what the declared charset could not read."""
    found = None if codec in LATIN else _chinese(raw, CHINESE_SHARE_MIN)
    if found is None and _shares(raw)["gb18030"] >= CHINESE_SHARE_SURE:
        found = _mostly(raw, "gb18030")
    found = found or _normalized(raw) or _strict(raw, "gb18030")
    return found or Decoded(raw.decode("latin-1"), "latin-1", unreadable=True)


def _normalized(raw: bytes) -> Decoded | None:
    """A few accents among ASCII are Western; whole words beyond ASCII are left to charset-normalizer."""
    sample = raw[: 8 * SAMPLE_BYTES]
    if len(sample) - len(sample.translate(None, HIGH)) <= len(sample) * WESTERN_SHARE_MAX:
        return _strict(raw, "cp1252")
    match = charset_normalizer.from_bytes(sample, cp_isolation=GUESSED, enable_fallback=False).best()
    return _strict(raw, match.encoding) if match else None


def _chinese(raw: bytes, share_min: float, declared: str | None = None) -> Decoded | None:
    """Simplified or traditional, whichever makes common characters of more pairs of bytes."""
    shares = _shares(raw)
    if declared is not None:
        shares[declared] += DECLARED_BONUS
    for codec, share in sorted(shares.items(), key=lambda item: -item[1]):
        if share >= share_min and (found := _supersets(raw, codec)):
            return found
    return None


def _shares(raw: bytes) -> dict[str, float]:
    """By charset, the share of two-byte characters that are common in it, punctuation left out."""
    pairs = list(filter(None, PAIR.findall(raw[:SAMPLE_BYTES])))
    commons = {"gb18030": GB_COMMON, "big5": BIG5_COMMON}
    count = max(1, len(pairs))
    return {codec: sum(map(common.__contains__, pairs)) / count for codec, common in commons.items()}


def _mostly(raw: bytes, codec: str) -> Decoded | None:
    """Read with replacements, if they are few among the characters beyond ASCII."""
    text = raw.decode(codec, "replace")
    beyond = sum(1 for char in text if char > "\x7f")
    lost = text.count(REPLACED)
    few = max(1, beyond * DAMAGE_SHARE_MAX) if beyond >= DAMAGE_JUDGED_FROM_CHARS else 0
    return Decoded(text, codec, damaged=lost > 0) if lost <= few else None
