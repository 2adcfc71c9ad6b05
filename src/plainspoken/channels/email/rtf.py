"""Rich text as Outlook packs it (MS-OXRTFCP), and the words in it."""

import re
import struct
from dataclasses import dataclass

from plainspoken.channels.email import charset, limits

START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
WINDOW_BYTES = 4096
HEADER_BYTES = 16
PACKED, PLAIN = b"LZFu", b"MELA"
TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
NOT_TEXT = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer htmltag mhtmltag generator xmlnstbl".split()
)
SIGNS = {b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t", b"cell": "\t"}
SIGNS |= {b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘", b"rquote": "’"}
SIGNS |= {b"ldblquote": "“", b"rdblquote": "”"}
ESCAPED = {b"~": " ", b"_": "-", b"\n": "\n", b"\r": "\n"}


def decompressed(raw: bytes) -> bytes:
    """Unpacked as far as it goes; empty when it is no such text."""
    if raw[8:12] == PLAIN:
        return raw[HEADER_BYTES:]
    if raw[8:12] != PACKED:
        return b""
    length = min(struct.unpack_from("<I", raw, 4)[0], limits.HTML_CHARS_MAX)
    written = bytearray(START)
    at = HEADER_BYTES
    while at < len(raw) and len(written) < length + len(START):
        flags, at = raw[at], at + 1
        for bit in range(8):
            if flags >> bit & 1:
                if at + 2 > len(raw):
                    break
                offset, copied = divmod(int.from_bytes(raw[at : at + 2], "big"), 16)
                at += 2
                if not _copy(written, offset, copied + 2):
                    break
            else:
                written += raw[at : at + 1]
                at += 1
    return bytes(written[len(START) : len(START) + length])


def _copy(written: bytearray, offset: int, length: int) -> bool:
    """Repeat what stands at an offset of the window; the offset at which writing goes on says: the end."""
    back = (len(written) - offset) % WINDOW_BYTES
    start = len(written) - back
    if not back or start < 0:
        return False
    for at in range(start, start + length):
        written.append(written[at])
    return True


@dataclass(slots=True)
class _Group:
    """What holds between two braces; `after_unicode`: how many signs repeat a Unicode one for old readers."""

    hidden: bool = False
    after_unicode: int = 1


def to_text(raw: bytes) -> str:
    """The words, a paragraph a line. Never raises."""
    code_page, pieces, pending = "cp1252", list[str](), bytearray()
    groups = [_Group()]
    to_skip = 0
    for word, number, code, sign, brace, plain in TOKEN.findall(raw[: limits.HTML_CHARS_MAX]):
        group = groups[-1]
        if code or plain:
            kept = bytes([int(code, 16)]) if code else plain
            skipped = min(to_skip, len(kept))
            to_skip -= skipped
            pending += b"" if group.hidden else kept[skipped:]
            continue
        if pending:
            pieces.append(charset.decode(bytes(pending), code_page).text)
            pending.clear()
        if brace == b"{":
            groups.append(_Group(group.hidden, group.after_unicode))
        elif brace and len(groups) > 1:
            groups.pop()
        elif word == b"ansicpg":
            code_page = f"cp{int(number or 1252)}"
        elif word == b"uc":
            group.after_unicode = min(int(number or 1), 9)
        elif sign == b"*" or word in NOT_TEXT:
            group.hidden = True
        elif word == b"u" and number and not group.hidden:
            pieces.append(_character(int(number)))
            to_skip = group.after_unicode
        elif not group.hidden:
            pieces.append(SIGNS.get(word, "") if word else ESCAPED.get(sign, sign.decode("latin-1")))
    pieces.append(charset.decode(bytes(pending), code_page).text)
    whole = "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return charset.storable(whole).strip()


def _character(number: int) -> str:
    """A negative number is one of 16 bits; a surrogate waits for its other half."""
    number = number & 0xFFFF
    return chr(number)
