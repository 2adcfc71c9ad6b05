"""A rule-based suggestion of type and business line: the one whose words are found most; a person confirms."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Worded(Protocol):
    code: str
    words: list[str]


W = TypeVar("W", bound=Worded)


def best(text: str, choices: Iterable[W]) -> W | None:
    """The choice with most hits, longer words weighing more; None when nothing is found. Ties go by code."""
    lowered = text.casefold()
    scored = [(weight(lowered, choice.words), choice) for choice in choices]
    found = [(score, choice) for score, choice in scored if score]
    return min(found, key=lambda pair: (-pair[0], pair[1].code))[1] if found else None


@dataclass(frozen=True, slots=True)
class Tried(Generic[W]):
    """What a text would be suggested as, with the words of it that were found."""

    choice: W
    words: list[str]


def tried(text: str, choices: Iterable[W]) -> Tried[W] | None:
    """As `best`, with the reason."""
    choice, lowered = best(text, choices), text.casefold()
    return Tried(choice, [word for word in choice.words if word.casefold() in lowered]) if choice else None


def weight(text: str, words: Iterable[str]) -> int:
    """How many characters of the text the words account for."""
    return sum(len(word) * text.count(word.casefold()) for word in words if word)
