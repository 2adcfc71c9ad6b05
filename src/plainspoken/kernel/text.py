"""Texts: one spelling, tokens for search, what a query asks for, what of it is seen in a text, and masks."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from operator import add

TOKEN_CHARACTERS_MAX = 60
QUERY_CHARACTERS_MAX = 200
HIDDEN_CHARACTERS_MIN = 4

# Scripts written without spaces: Han, kana, bopomofo, Hangul syllables.
CJK = (
    "\u2e80-\u2fd5\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
LETTER = rf"[^\W_\u1100-\u11ff{CJK}]"
JOINT = r"[-_.@/:+&'’]"
# Soft hyphen, zero-width and direction marks: nobody sees them, and pasted texts are full of them.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ud800-\udfff]"
)
# A line broken within a sentence: between two such characters nobody wrote a space.
BROKEN_LINE = re.compile(rf"(?<=[{CJK}])[^\S\n]*\n[^\S\n]*(?=[{CJK}])")
SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
# Some write a space between Chinese and Latin, some do not.
MIXED = re.compile(rf"(?<=[{CJK}]) (?={LETTER})|(?<={LETTER}) (?=[{CJK}])")

ONE_CJK = re.compile(f"[{CJK}]")
RUN = re.compile(rf"[{CJK}]+|{LETTER}+")
UNIT = re.compile(rf"(?:[{CJK}]|{LETTER})+(?:{JOINT}+{LETTER}+[{CJK}]*)*")
QUOTED = re.compile('["“”「『]([^"“”「」『』]+)["“”」』]')

COMPOUND_SURNAMES = frozenset(
    surname
    for line in (
        "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政",
        "濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 司寇 令狐 呼延 轩辕",
        "百里 东郭 西门 歐陽 東方 南宮 聞人 諸葛 尉遲 赫連 澹臺 濮陽 公孫 鍾離 長孫 鮮于 軒轅 東郭 西門",
    )
    for surname in line.split()
)


@dataclass(frozen=True, slots=True)
class Query:
    """`terms` must all be among the tokens of a text, and for each of `prefixes` one that begins with it.

    Each of `phrases` must stand in the normalised text as it is. `marks` is what to show of it in a text.
    """

    terms: tuple[str, ...]
    prefixes: tuple[str, ...]
    phrases: tuple[str, ...]
    marks: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.terms or self.prefixes)

    def tsquery(self) -> str:
        """Terms and prefixes as PostgreSQL's `to_tsquery` reads them, for the configuration `simple`."""
        return " & ".join([*(f"'{term}'" for term in self.terms), *(f"'{one}':*" for one in self.prefixes)])


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text, as it was written; `hit` when the query asked for it."""

    text: str
    hit: bool


def normalise(text: str) -> str:
    """The one spelling: compatibility forms and full width folded (NFKC), lower case, nothing unseen.

    One space between words; none between Chinese and Latin, nor where a line was broken within Chinese.
    Doing it twice changes nothing.
    """
    plain = SPACE.sub(" ", BROKEN_LINE.sub("", _folded(UNSEEN.sub("", text))))
    return MIXED.sub("", plain).strip(" ")


def tokens(text: str) -> Iterator[str]:
    """What a text is found by: words and numbers, and of Chinese every two neighbouring characters.

    The last character of a run stands alone too, so that every single one begins a token.
    """
    return tokens_of(normalise(text))


def tokens_of(plain: str) -> Iterator[str]:
    """The tokens of a text that is normalised already."""
    for run in RUN.findall(plain):
        if _is_cjk(run):
            yield from map(add, run, [*run[1:], ""])
        else:
            yield run[:TOKEN_CHARACTERS_MAX]


def query(words: str) -> Query:
    """What a person typed: everything must be found; what is quoted or written together, as it is written."""
    words = words[:QUERY_CHARACTERS_MAX]
    quoted = [normalise(phrase) for phrase in QUOTED.findall(words)]
    typed = [unit for word in QUOTED.sub(" ", words).split() for unit in UNIT.findall(normalise(word))]
    units = [unit for unit in [*quoted, *typed] if RUN.search(unit)]
    return Query(
        terms=_unique(term for unit in units for term in _terms(unit)),
        prefixes=_unique(run for unit in units if not _terms(unit) for run in RUN.findall(unit)),
        phrases=_unique(unit for unit in units if _terms(unit) != [unit] and len(unit) > 1),
        marks=_unique(iter(units)),
    )


def highlight(text: str, query: Query) -> list[Segment]:
    """The text in pieces, those that the query asks for marked; joined they are the text again."""
    if not query.marks:
        return [Segment(text, hit=False)] if text else []
    found = re.compile("|".join(_pattern(mark) for mark in sorted(query.marks, key=len, reverse=True)))
    normal = normalise(text)
    if not found.search(normal):
        return [Segment(text, hit=False)] if text else []
    plain, spans = _spelled(text)
    if plain != normal:
        # Characters that fold only together with their neighbours. They are rare, so nothing is marked.
        return [Segment(text, hit=False)]
    hits = [(spans[hit.start()][0], spans[hit.end() - 1][1]) for hit in found.finditer(plain)]
    return _segments(text, hits)


def mask_phone(phone: str) -> str:
    """`138****8000`: the first three and the last four."""
    return _masked(phone, 3, 4)


def mask_email(address: str) -> str:
    """`ch***@example.com`: at most two characters and the domain."""
    name, at, domain = address.rpartition("@")
    return f"{name[: min(2, len(name) - 1)]}***{at}{domain}" if name else _masked(address, 0, 0)


def mask_id_card(number: str) -> str:
    """`3301**********2418`: place of issue and the last four, never the date of birth."""
    return _masked(number, 4, 4)


def mask_account(number: str) -> str:
    """Only the last four."""
    return _masked(number, 0, 4)


def mask_name_zh(name: str) -> str:
    """`王**`, `欧阳*`: the family name; a single character is hidden."""
    surname = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:surname] + "*" * (len(name) - surname) if len(name) > 1 else "*" * len(name)


def mask_name_en(name: str) -> str:
    """`J*** S***`: the first letter of each part, whatever its length."""
    return " ".join(f"{part[0]}***" for part in name.split())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())


def _is_cjk(run: str) -> bool:
    return ONE_CJK.match(run) is not None


def _terms(unit: str) -> list[str]:
    """The tokens of every text in which these words stand, whatever is before and after them."""
    found: list[str] = []
    for run in RUN.findall(unit):
        bigrams = [run[at : at + 2] for at in range(len(run) - 1)]
        found += bigrams if _is_cjk(run) else [run[:TOKEN_CHARACTERS_MAX]]
    return found


def _unique(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def _pattern(mark: str) -> str:
    """A mark as it stands in normalised text; one that begins or ends with a letter only as a whole word."""
    before = f"(?<!{LETTER})" if re.match(LETTER, mark[0]) else ""
    after = f"(?!{LETTER})" if re.match(LETTER, mark[-1]) else ""
    return f"{before}{re.escape(mark)}{after}"


def _segments(text: str, hits: list[tuple[int, int]]) -> list[Segment]:
    found, at = [], 0
    for start, end in hits:
        start = max(start, at)
        found += [Segment(text[at:start], hit=False), Segment(text[start:end], hit=True)]
        at = max(end, at)
    return [segment for segment in [*found, Segment(text[at:], hit=False)] if segment.text]


def _spelled(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The normalised text with, for each of its characters, the span in `text` it comes from."""
    pieces = [(_folded(UNSEEN.sub("", text[start:end])), (start, end)) for start, end in _clusters(text)]
    plain = "".join(piece for piece, _ in pieces)
    spans = [span for piece, span in pieces for _ in piece]
    plain, spans = _replaced(BROKEN_LINE, "", plain, spans)
    plain, spans = _replaced(SPACE, " ", plain, spans)
    plain, spans = _replaced(MIXED, "", plain, spans)
    left = len(plain) - len(plain.lstrip(" "))
    return plain.strip(" "), spans[left:]


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Spans of a character with the marks combined with it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.category(text[at]).startswith("M"):
            yield start, at
            start = at


def _replaced(
    pattern: re.Pattern[str], by: str, plain: str, spans: list[tuple[int, int]]
) -> tuple[str, list[tuple[int, int]]]:
    made: list[tuple[int, int]] = []
    at = 0
    for hit in pattern.finditer(plain):
        made += spans[at : hit.start()] + [(spans[hit.start()][0], spans[hit.end() - 1][1])] * len(by)
        at = hit.end()
    return pattern.sub(by, plain), made + spans[at:]


def _masked(value: str, first: int, last: int) -> str:
    """Stars for all but the first and last characters; of a short value fewer are shown."""
    if len(value) < first + last + HIDDEN_CHARACTERS_MIN:
        first, last = 0, min(last, max(0, len(value) - HIDDEN_CHARACTERS_MIN))
    return value[:first] + "*" * (len(value) - first - last) + value[len(value) - last :]
