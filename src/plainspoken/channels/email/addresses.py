"""Address lists and lists of Message-IDs, read as senders write them rather than as RFC 5322 wishes."""

import re
import string
from dataclasses import dataclass

from plainspoken.channels.email import charset, headers, limits

TOKEN = re.compile(r'"[^"]*"|<[^<>]*>|\([^()]*\)|[,;]|[^",;<(]+|.', re.DOTALL)
QUOTED = re.compile(r'"([^"]*)"')
ANGLE = re.compile(r"<([^<>]*)>")
ADDRESS_IN_ANGLE = re.compile(r"<[^<>@]*@[^<>]*>")
GROUP = re.compile(r'^[^@<"]*:')
WIDE_SEPARATOR = re.compile(r"(>|@[A-Za-z0-9.-]{1,255})[ \t]?[，；、]")
REACHABLE = re.compile(r"[^@]{1,128}@(?:[\w.-]{1,180}|\[[\w.:-]{1,60}\])")
NOT_ADDRESS = re.compile(r"[\s<>()\"',;:，；：]+")
MESSAGE_ID = re.compile(r"<([^<>]+)>")
LOCAL = string.ascii_letters + string.digits + ".!#$%&*+/=?^_`{|}~[]-"
DOMAIN = string.ascii_letters + string.digits + ".:[]_-"
AROUND = " \t<>()（）\"'，；,;"
WIDE = str.maketrans("＜＞＠", "<>@")
ESCAPED_BACKSLASH, ESCAPED_QUOTE = "\ufdd0", "\ufdd1"


@dataclass(frozen=True, slots=True)
class Address:
    """`address` is empty where only a name could be read; it is kept as written, case and all."""

    name: str
    address: str


def read(raw: bytes, hint: str | None = None) -> tuple[Address, ...]:
    """The addresses of a From, To, Cc or Reply-To field. Never raises."""
    line = headers.unfolded(raw, hint).text
    if "@" not in line and "=?" in line:
        line = headers.words(charset.Decoded(line, "utf-8"), hint).text
    line = line if "@" in line and "<" in line else line.translate(WIDE)
    found = (_address(item, hint) for item in _items(line))
    return tuple(address for address in found if address.name or address.address)


def is_reachable(address: str) -> bool:
    """Whether a mail could be sent there at all; what damage has left of an address is none."""
    fits = len(address) <= limits.ADDRESS_CHARS_MAX and address.isprintable()
    return fits and REACHABLE.fullmatch(address) is not None


def message_ids(raw: bytes) -> tuple[str, ...]:
    """Ids without their brackets, in order, each once; ids of senders who forgot the brackets too."""
    line = headers.unfolded(raw).text
    ids = ["".join(inside.split()) for inside in MESSAGE_ID.findall(line)]
    if not ids:
        ids = [word.strip("<>,;\"'") for word in line.split() if "@" in word]
    unique = dict.fromkeys(identifier for identifier in ids if identifier)
    return tuple(unique)[-limits.REFERENCES_MAX :]


def _items(line: str) -> list[str]:
    """Cut at commas and semicolons outside quotes and brackets; a piece without an address joins the next."""
    line = line.replace("\\\\", ESCAPED_BACKSLASH).replace('\\"', ESCAPED_QUOTE)
    items, piece = [], ""
    for word in TOKEN.findall(WIDE_SEPARATOR.sub(r"\1,", line)):
        if word not in ",;":
            piece += word
        elif "@" in piece or GROUP.fullmatch(piece.strip()) or not piece.strip():
            items.append(piece)
            piece = ""
        else:
            piece += word
    items.append(piece.rstrip(" ,;"))
    return [item for item in items if item.strip()][: limits.ADDRESSES_MAX]


def _address(item: str, hint: str | None) -> Address:
    item = GROUP.sub("", item).strip()
    unquoted = QUOTED.sub("", item)
    angle = next((text for text in reversed(ANGLE.findall(unquoted)) if "@" in text), None)
    if angle is not None:
        return Address(_name(ADDRESS_IN_ANGLE.sub(" ", item), hint), _inside(angle))
    bare = _bare(unquoted) or _bare(item)
    return Address(_name(item.replace(bare, " ") if bare else item, hint), bare)


def _inside(angle: str) -> str:
    """What stands in the brackets, without blanks, `mailto:`, quotes and the source routes of old."""
    address = "".join(angle.split()).strip("'\"")
    if address.startswith("@") and ":" in address:
        address = address.partition(":")[2]
    return address[7:] if address.lower().startswith("mailto:") else address


def _bare(text: str) -> str:
    """The first address that stands without brackets; one in ASCII ends where Chinese begins."""
    before, at, after = text.partition("@")
    local = before[len(before.rstrip(LOCAL)) :]
    domain = after[: len(after) - len(after.lstrip(DOMAIN))]
    if local and domain:
        return local + at + domain
    return next((word for word in NOT_ADDRESS.split(text) if "@" in word.strip("@")), "")


def _name(phrase: str, hint: str | None) -> str:
    plain = QUOTED.sub(lambda match: match[1], phrase)
    plain = plain.replace(ESCAPED_QUOTE, '"').replace(ESCAPED_BACKSLASH, "\\")
    name = headers.words(charset.Decoded(plain, "utf-8"), hint).text
    return " ".join(name.split()).strip(AROUND)
