"""What a person writes into the search field, taken apart: words, alternatives, what must not be there, operators.

Full-width punctuation counts as half-width. A word before a colon that is no operator is a word like any other.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

CHARACTERS_MAX = 200
PIECE = re.compile(
    r"(?P<minus>[-－](?=\S))?(?:(?P<name>[A-Za-z]+|[\u4e00-\u9fff]{2,4})[:：])?"
    r"(?:[\"“”「『](?P<quoted>[^\"“”「」『』]+)[\"“”」』]|(?P<bare>[^\s\"“”「『]+))"
)
ALTERNATIVE = ("OR", "或", "|", "｜")
OPERATORS = {
    "from": "发件人",
    "to": "收件人",
    "subject": "主题",
    "number": "编号",
    "state": "状态",
    "kind": "类别",
    "unit": "部门",
    "owner": "主办人",
    "channel": "渠道",
    "after": "晚于",
    "before": "早于",
    "has": "有",
}
NAMES = {name: name for name in OPERATORS} | {chinese: name for name, chinese in OPERATORS.items()}
WITH_FILE = "有附件"


@dataclass(frozen=True, slots=True)
class Condition:
    """An operator with its value; `without`: it must not hold."""

    name: str
    value: str
    without: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Of each group of `words` one must occur; none of `without`; all of `conditions` hold."""

    words: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.without or self.conditions)

    @property
    def plain(self) -> str:
        """The words alone, as a name or a number is written; empty where more than words was asked for."""
        simple = not self.without and not self.conditions and all(len(group) == 1 for group in self.words)
        return " ".join(group[0].strip('"') for group in self.words) if simple else ""

    @property
    def marked(self) -> str:
        """All that is to be marked in what is found."""
        return " ".join(word for group in self.words for word in group)


def read(typed: str, chosen: Iterable[Condition] = ()) -> Asked:
    """What was typed, with what was chosen beside the field."""
    words: list[tuple[str, ...]] = []
    without: list[str] = []
    conditions: list[Condition] = []
    alternative = False
    for piece in PIECE.finditer(typed[:CHARACTERS_MAX]):
        if piece[0] in ALTERNATIVE:
            alternative = bool(words)
        elif condition := _condition(piece):
            conditions.append(condition)
        elif piece["minus"]:
            without.append(_word(piece).lstrip("-－"))
        else:
            group = words.pop() if alternative else ()
            words.append((*group, _word(piece)))
            alternative = False
    return Asked(tuple(words), tuple(without), (*conditions, *chosen))


def _condition(piece: re.Match[str]) -> Condition | None:
    without = bool(piece["minus"])
    if piece["name"] is None:
        return Condition("has", "file", without) if piece["bare"] == WITH_FILE else None
    name = NAMES.get(piece["name"].lower())
    return Condition(name, piece["quoted"] or piece["bare"], without) if name else None


def _word(piece: re.Match[str]) -> str:
    """As it was written; what was quoted in straight quotation marks."""
    return f'"{piece["quoted"]}"' if piece["quoted"] and not piece["name"] else piece[0]
