"""What the customer wrote, without what they quoted and the signature below it.

The whole text is always kept beside it, so this decides what is shown first; still nothing the customer
wrote may be folded away. Quoted is what follows a head that names a date and an address, a block of mail
headers, or an "original message" line; and what is marked by `>`. Where only some of the signs are there, the
text stays. A forward stays too: showing it is why it was sent.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from plainspoken.channels.email import quote_marks as marks

QUOTED = re.compile(r"^\s{0,8}[>＞]")
MORE_THAN = re.compile(r"^[>＞]=?[\d¥￥$]")
HEAD_LINES_MAX = 5
HEAD_CHARS_MAX = 500
LABEL_LINES_MAX = 14
LABEL_GAP_LINES_MAX = 3
FIELDS_SURE_MIN = 4
HEADS_MAX = 500
HEAD_SEARCH_LINES_MAX = 2_000
SIGNATURE_LINES_MAX = 15
LOOSE_SIGNATURE_LINES_MAX = 4
DEVICE_LINE_CHARS_MAX = 160
THANKS_CHARS_MAX = 200
DIGIT_OR_AT = re.compile(r"[\d@]")
HEAD_ENDINGS = (":", "：", "-", ">", "wrote", "写道", "寫道")
DASHES = re.compile(r"^-{2,3}\s*$")
UNDERSCORES = re.compile(r"^_{2,}\s*$")
SAYS_SOMETHING = re.compile(r"[?？。；;]|\bp\.?\s?s\b|附言|另外|补充|請|请", re.IGNORECASE)
PGP_SIGNED = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*$", re.MULTILINE)
PGP_SIGNATURE = re.compile(r"^-----BEGIN PGP SIGNATURE-----[ \t]*$", re.MULTILINE)
PGP_END = "-----END PGP SIGNATURE-----"
OPEN_LINK = re.compile(r"[(<]\s*https?:[^()<>\s]*$")
LINK_ONLY = re.compile(r"^\s*[(<]https?:[^()<>]*[)>][\s>]*$")
SOMETHING = re.compile(r"[^-_=*\s>]")


@dataclass(frozen=True, slots=True)
class _Head:
    """Lines that announce a quotation, up to and without `end`; a weak one counts only above marked lines."""

    end: int
    strong: bool
    before: str = ""


def visible(text: str, *, forwarded: bool = False) -> str:
    """What to show first. `forwarded`: the subject says so, and blocks of headers belong to what is shown."""
    # Some programs of China leave the blanks of their HTML in the plain text.
    lines = _unarmored(text.replace("\r\n", "\n").replace("&nbsp;", " ")).split("\n")
    shown = [line for segment in _segments(lines, forwarded) for line in _unsigned(segment)]
    found = "\n".join(shown).strip()
    return found if SOMETHING.search(found) else text.strip()


def _unarmored(text: str) -> str:
    """What was signed with PGP in the text itself (RFC 9580, 7), without the lines of the signature."""
    armor, armored = PGP_SIGNED.search(text), PGP_SIGNATURE.search(text)
    if armor is None or armored is None:
        return text
    begin, signature = armor.start(), armored.start()
    content = text.find("\n\n", begin) + 2
    if not begin < content <= signature:
        return text
    signed = text[content - 1 : signature].replace("\n- ", "\n")
    return text[:begin] + signed[1:] + text[signature:].partition(PGP_END)[2]


def thanks(text: str, *, names: Collection[str] = ()) -> bool:
    """Whether a visible text says no more than thanks or "received"; `names` may stand beside it.

    In doubt no: an answer taken for thanks would leave its writer without one.
    """
    said = text.casefold()
    for name in sorted(names, key=len, reverse=True):
        said = said.replace(name.casefold(), " ") if len(name) > 1 else said
    at, core = 0, False
    while at < len(said) <= THANKS_CHARS_MAX:
        match = marks.UNSAID.match(said, at) or marks.SAID.match(said, at)
        if match is None or match.end() == at:
            return False
        core = core or bool(match.groupdict().get("core"))
        at = match.end()
    return core and at == len(said)


def _segments(lines: list[str], forwarded: bool) -> list[list[str]]:
    """The stretches of text between quotations."""
    heads = _heads(lines, forwarded)
    segments: list[list[str]] = [[]]
    at, quoting = 0, False
    while at < len(lines):
        head = heads.get(at)
        end = _marked(lines, head.end if head else at) if head or _is_marked(lines[at]) else at
        if head and (head.strong or end > head.end):
            segments[-1] = _trimmed([*segments[-1], head.before] if head.before else segments[-1])
            segments.append([])
            at, quoting = end if end > head.end else len(lines), True
        elif marks.FORWARD.match(lines[at]) and not _is_marked(lines[at]):
            segments[-1] += lines[at:]
            break
        elif end > at and head is None:
            quoted = (quoting or end == len(lines)) and not _is_comparison(lines[at:end])
            segments[-1] += [] if quoted else lines[at:end]
            at = end
        else:
            segments[-1].append(lines[at])
            at += 1
    return segments


def _is_comparison(lines: list[str]) -> bool:
    """A single line such as ">5万元", in which the sign means "more than"."""
    written = [line for line in lines if line.strip()]
    return len(written) == 1 and MORE_THAN.match(written[0]) is not None


def _is_marked(line: str) -> bool:
    return QUOTED.match(line) is not None


def _marked(lines: list[str], start: int) -> int:
    """The end of the lines marked by `>` from `start` on, blank ones let through; `start` if none."""
    end, at = start, start
    while at < len(lines):
        if _is_marked(lines[at]):
            end = at + 1
        elif lines[at].strip() and not _belongs_to_marked(lines, at, end):
            break
        at += 1
    return at if end > start else start


def _belongs_to_marked(lines: list[str], at: int, end: int) -> bool:
    """A link that lost its mark where a mail program broke the line."""
    if at == 0 or end != at:
        return False
    return LINK_ONLY.match(lines[at]) is not None or (
        OPEN_LINK.search(lines[at - 1]) is not None and lines[at].rstrip().endswith((")", ">"))
    )


def _heads(lines: list[str], forwarded: bool) -> dict[int, _Head]:
    """Every head by its first line."""
    heads: dict[int, _Head] = {}
    for at, line in enumerate(lines[:HEAD_SEARCH_LINES_MAX]):
        if not line.strip() or len(line) > HEAD_CHARS_MAX or len(heads) > HEADS_MAX:
            continue
        if not _is_marked(line) and not forwarded and (end := _block_end(lines, at)):
            heads.setdefault(at, _Head(end, strong=True))
        elif marks.FORWARD.match(line):
            heads.setdefault(at, _Head(at + 1, strong=False))
        elif (not forwarded and marks.ORIGINAL.match(line)) or _dashed(line):
            heads.setdefault(at, _Head(at + 1, strong=True))
        elif found := _wrote(lines, at):
            heads.setdefault(*found)
    return heads


def _dashed(line: str) -> bool:
    return line.rstrip().endswith("--") and marks.DASHED_WROTE.match(line) is not None


def _wrote(lines: list[str], last: int) -> tuple[int, _Head] | None:
    """A head such as "On 3 May 2026 at 10:20, A <a@b> wrote:" that ends in line `last`, by its first line."""
    ending = lines[last].rstrip()[-60:]
    if not ending.endswith(HEAD_ENDINGS):
        return None
    wrote = marks.WROTE_END.search(ending) is not None
    if not wrote and not marks.ADDRESS_END.search(ending):
        return (last, _Head(last + 1, strong=False)) if marks.DATED_ADDRESS.match(lines[last]) else None
    near = "".join(lines[max(last - HEAD_LINES_MAX, 0) : last + 1])
    if not DIGIT_OR_AT.search(near):
        return None
    joined, first = "", last
    for first in range(last, max(last - HEAD_LINES_MAX, -1), -1):
        joined = f"{lines[first]} {joined}"
        if marks.DATE.search(joined) or len(joined) > HEAD_CHARS_MAX:
            break
    if first and not marks.ADDRESS.search(joined) and marks.SENDER_ONLY.match(lines[first - 1]):
        first, joined = first - 1, f"{lines[first - 1]} {joined}"
    if not marks.DATE.search(joined):
        weak = wrote and marks.ADDRESS.search(lines[last]) and not _is_marked(lines[last])
        return (last, _Head(last + 1, strong=False)) if weak else None
    return _dated(lines, first, last, joined, wrote)


def _dated(lines: list[str], first: int, last: int, joined: str, wrote: bool) -> tuple[int, _Head] | None:
    """A head over several lines, or without a colon, has its address in brackets, as programs write it."""
    if len(joined) > HEAD_CHARS_MAX or _is_marked(lines[first]):
        return None
    timed = marks.TIME.search(joined) is not None
    bracketed = marks.ADDRESS_IN_BRACKETS.search(joined) is not None
    closed = wrote and joined.rstrip().endswith((":", "：", "-"))
    if not (bracketed and (closed or timed)) and not (closed and first == last):
        return None
    strong = bracketed or (timed and marks.ADDRESS.search(joined) is not None)
    start = marks.HEAD_START.search(lines[first])
    before = lines[first][: start.start()].rstrip(" -") if start else ""
    before = "" if marks.SENDER_ONLY.match(before) else before
    return first, _Head(last + 1, strong, before)


def _block_end(lines: list[str], first: int) -> int:
    """The line after a block of mail headers that begins in line `first`; 0 if there is none.

    A customer may copy a sender and a subject into the text and write on below. A mail program writes four
    fields, or at least an address and when it was sent, and leaves a line free.
    """
    match = marks.LABEL.match(lines[first])
    if match is None or match.lastgroup not in ("from", "sent"):
        return 0
    kinds: set[str | None] = set()
    end = at = first
    while at < min(first + LABEL_LINES_MAX, len(lines)) and at - end < LABEL_GAP_LINES_MAX:
        if match := marks.LABEL.match(lines[at]):
            if match.lastgroup in kinds:
                break
            kinds.add(match.lastgroup)
            end = at + 1
        elif marks.RULE.match(lines[at]) or (at > end and not lines[at].strip() and lines[at - 1].strip()):
            break
        at += 1
    block = lines[first:end]
    if not any(marks.OF_MAIL_ONLY.search(line) for line in block):
        return 0
    if len(kinds) >= FIELDS_SURE_MIN:
        return end
    dated = kinds >= {"from", "sent"} or (kinds >= {"sent", "to"} and marks.TIME.search(block[0]))
    free_below = end == len(lines) or not lines[end].strip()
    addressed = any("@" in line for line in block if marks.LABEL.match(line))
    return end if dated and free_below and addressed else 0


def _trimmed(lines: list[str]) -> list[str]:
    """Without the rule that mail programs draw above a quotation; blank lines above it stay."""
    end = len(lines)
    while end and not SOMETHING.search(lines[end - 1]):
        end -= 1
    rule = any(line.strip() for line in lines[end:])
    return lines[:end] if rule else lines


def _unsigned(lines: list[str]) -> list[str]:
    """Without a signature: below `--`, a mailing list's footer, "sent from my telephone"."""
    lines = _without_devices(lines)
    for at, line in enumerate(lines):
        if DASHES.match(line) and _is_signature(line, lines[at + 1 :]):
            return _without_devices(lines[:at])
        if UNDERSCORES.match(line) and marks.MAILING_LIST.search(" ".join(lines[at + 1 : at + 4])[:1000]):
            return lines[:at]
    return lines


def _is_signature(dashes: str, below: list[str]) -> bool:
    """The standard `-- ` may carry a long signature; looser dashes only names and what stands above them."""
    written = [line for line in below if line.strip() and not DASHES.match(line)]
    if any(SAYS_SOMETHING.search(line) for line in written) or not written:
        return not written
    if dashes.rstrip("\r") == "-- ":
        return len(written) <= SIGNATURE_LINES_MAX
    return len(written) <= LOOSE_SIGNATURE_LINES_MAX and all(map(marks.NAME_OR_REGARDS.match, written))


def _without_devices(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or _is_device(lines[end - 1])):
        end -= 1
    return lines[:end] if any(line.strip() for line in lines[end:]) else lines


def _is_device(line: str) -> bool:
    if len(line) > DEVICE_LINE_CHARS_MAX:
        return False
    if marks.SENT_FROM_ZH.match(line):
        return True
    words, _, _ = line.partition("<")
    return marks.SENT_FROM.match(words) is not None and not marks.BUSINESS.search(words)
