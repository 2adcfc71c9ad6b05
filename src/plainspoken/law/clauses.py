"""The firm's regulation as data: clauses, each broken into the duties it lays on somebody.

The texts lie in `regulation/<chapter>.toml`. Clause numbers are ours for good; code, tests and screens name a
duty by clause number and letter, such as `4.3.1f`.
"""

import functools
import string
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

FOLDER = Path(__file__).parent / "regulation"


class Means(StrEnum):
    """How the system serves a duty. Whether the duty is in force is another question, and computed."""

    ENFORCED = "enforced"
    ASSISTED = "assisted"
    RECORDED = "recorded"
    OUTSIDE = "outside"
    PLANNED = "planned"


class RegulationError(Exception):
    """The regulation's files contradict themselves; the message says where and how."""


class UnknownNumber(LookupError):
    """No clause or duty has this number."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing a clause asks of somebody. A reason is given when, and only when, it is done outside."""

    clause: str
    letter: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    means: Means
    reason_zh: str = ""
    reason_en: str = ""

    @property
    def number(self) -> str:
        return self.clause + self.letter


@dataclass(frozen=True, slots=True)
class Clause:
    number: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    duties: tuple[Duty, ...]

    @property
    def chapter(self) -> str:
        return self.number.split(".")[0]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a chapter (`4`) or of a section (`4.3`)."""

    number: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Regulation:
    headings: tuple[Heading, ...]
    clauses: tuple[Clause, ...]


def headings() -> tuple[Heading, ...]:
    """Chapters and sections in the order of the regulation."""
    return _regulation().headings


def clauses() -> tuple[Clause, ...]:
    """Every clause in the order of the regulation."""
    return _regulation().clauses


def duties() -> tuple[Duty, ...]:
    """Every duty in the order of the regulation."""
    return tuple(_duties().values())


def clause(number: str) -> Clause:
    """The clause of a number such as `4.3.1`; raises `UnknownNumber`."""
    return _find(_clauses(), number, "clause")


def duty(number: str) -> Duty:
    """The duty of a number such as `4.3.1f`; raises `UnknownNumber`."""
    return _find(_duties(), number, "duty")


def order(number: str) -> tuple[tuple[int, str], ...]:
    """The sort key that puts `4.10` after `4.9`, and `P.1` after every numbered chapter."""
    return tuple((int(part), "") if part.isdigit() else (1000, part) for part in number.split("."))


def load(folder: Path) -> Regulation:
    """Read and check the regulation of a folder; raises `RegulationError`."""
    read_headings: list[Heading] = []
    read_clauses: list[Clause] = []
    for path in sorted(folder.glob("*.toml")):
        chapter = _parse(path)
        read_headings += [_heading(row, path.name) for row in chapter["headings"]]
        read_clauses += [_clause(row, path.name) for row in chapter["clauses"]]
    _unique("heading", [heading.number for heading in read_headings])
    _unique("clause", [clause.number for clause in read_clauses])
    _known_chapters(read_headings, read_clauses)
    return Regulation(
        tuple(sorted(read_headings, key=lambda heading: order(heading.number))),
        tuple(sorted(read_clauses, key=lambda clause: order(clause.number))),
    )


@functools.cache
def _regulation() -> Regulation:
    return load(FOLDER)


@functools.cache
def _clauses() -> dict[str, Clause]:
    return {clause.number: clause for clause in _regulation().clauses}


@functools.cache
def _duties() -> dict[str, Duty]:
    return {duty.number: duty for clause in _regulation().clauses for duty in clause.duties}


def _find(rows: Mapping[str, T], number: str, kind: str) -> T:
    try:
        return rows[number]
    except KeyError:
        raise UnknownNumber(f"the regulation has no {kind} {number!r}") from None


def _parse(path: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        chapter = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RegulationError(f"{path.name}: {error}") from error
    if set(chapter) != {"headings", "clauses"}:
        raise RegulationError(f"{path.name}: expected headings and clauses, found {sorted(chapter)}")
    return chapter


def _heading(row: dict[str, Any], place: str) -> Heading:
    _check(Heading, row, f"{place} heading {row.get('number')}")
    return Heading(**row)


def _clause(row: dict[str, Any], file: str) -> Clause:
    place = f"{file} clause {row.get('number')}"
    _check(Clause, row, place)
    rows = row.pop("duties")
    read = tuple(_duty(row["number"], item, place) for item in rows)
    letters = "".join(duty.letter for duty in read)
    if not letters or letters != string.ascii_lowercase[: len(letters)]:
        raise RegulationError(f"{place}: duties must be lettered a, b, c… in order, found {letters!r}")
    return Clause(**row, duties=read)


def _duty(clause: str, row: dict[str, Any], place: str) -> Duty:
    place = f"{place} duty {row.get('letter')}"
    _check(Duty, row | {"clause": clause}, place)
    try:
        means = Means(row.pop("means"))
    except ValueError as error:
        raise RegulationError(f"{place}: {error}; choose one of {', '.join(Means)}") from None
    given = [name for name in ("reason_zh", "reason_en") if name in row]
    if len(given) != (2 if means is Means.OUTSIDE else 0):
        raise RegulationError(f"{place}: reasons in both languages belong to {Means.OUTSIDE} and only there")
    return Duty(clause, **row, means=means)


def _check(kind: type[Heading | Clause | Duty], row: dict[str, Any], place: str) -> None:
    known = {field.name: field for field in fields(kind)}
    missing = [name for name, field in known.items() if field.default is MISSING and name not in row]
    if missing:
        raise RegulationError(f"{place}: {', '.join(missing)} missing")
    if unknown := sorted(set(row) - set(known)):
        raise RegulationError(f"{place}: {', '.join(unknown)} unknown")
    if empty := [name for name, value in row.items() if isinstance(value, str) and not value.strip()]:
        raise RegulationError(f"{place}: {', '.join(empty)} empty")


def _unique(kind: str, numbers: Iterable[str]) -> None:
    if twice := [number for number, count in Counter(numbers).items() if count > 1]:
        raise RegulationError(f"{kind} {', '.join(twice)} stands twice")


def _known_chapters(headings: list[Heading], clauses: list[Clause]) -> None:
    """Every clause stands under a chapter and, with three parts, under a section."""
    known = {heading.number for heading in headings}
    for clause in clauses:
        above = clause.number.rpartition(".")[0] or clause.chapter
        if above not in known:
            raise RegulationError(f"clause {clause.number}: no heading {above}")
