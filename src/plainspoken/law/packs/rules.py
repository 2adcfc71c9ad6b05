"""What a rule pack holds, and how its TOML is read."""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Any


class Unit(StrEnum):
    """`day` is one of a source that does not say whether natural or working: nothing can be counted by it."""

    WORKING_MINUTE = "working_minute"
    HOUR = "hour"
    NATURAL_DAY = "natural_day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    MONTH = "month"
    DAY = "day"
    PERSONS = "persons"
    COUNT = "count"
    AGE = "age"
    PERCENT_MIN = "percent_min"
    DATE = "date"
    PAUSE = "pause"
    RESET = "reset"
    COUNTING = "counting"


PERIOD_UNITS = frozenset(
    {Unit.WORKING_MINUTE, Unit.HOUR, Unit.NATURAL_DAY, Unit.WORKING_DAY, Unit.WEEK, Unit.MONTH}
)
WITHOUT_NUMBER = frozenset({Unit.DATE, Unit.PAUSE, Unit.COUNTING})


@dataclass(frozen=True, slots=True)
class Source:
    """The text a rule comes from; a title that was not captured is empty."""

    number: str
    title_zh: str = ""
    title_en: str = ""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; a pause, a limit of persons and a way of counting are rules too.

    `status` is "verified" only where the text of the rule or an official page was read. A `valid_from` of
    None was not captured and is taken as always; a `valid_to` of None is open, and the day is included.
    """

    id: str
    zh: str
    en: str
    unit: Unit
    source: Source
    article: str
    status: str
    value: int | None = None
    month_day: str = ""
    starts: str = ""
    condition: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def verified(self) -> bool:
        return self.status == "verified"

    @property
    def first_day(self) -> date:
        return self.valid_from or date.min

    @property
    def last_day(self) -> date:
        return self.valid_to or date.max

    def in_force(self, on: date) -> bool:
        return self.first_day <= on <= self.last_day


@dataclass(frozen=True, slots=True)
class Period:
    """A statutory period: how long, by which rule, from when to when (None as in Rule)."""

    rule: str
    value: int
    unit: Unit
    source: Source
    article: str
    verified: bool
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class WithoutPeriod:
    """What the rules that were read set no period for."""

    id: str
    zh: str
    en: str
    status: str


@dataclass(frozen=True, slots=True)
class Pack:
    """All rules of a jurisdiction. An empty `signed_off_by`: no counsel has signed it off."""

    jurisdiction: str
    version: str
    signed_off_by: str
    rules: tuple[Rule, ...]
    without_period: tuple[WithoutPeriod, ...]


class UnsoundPack(ValueError):
    """The pack contradicts itself or leaves out what a rule needs; the message names the rule."""


def read(text: str) -> Pack:
    """A pack from its TOML. Raises UnsoundPack; TOMLDecodeError, KeyError or TypeError for another shape."""
    table = tomllib.loads(text)
    sources = {key: Source(**row) for key, row in table["sources"].items()}
    rules = tuple(_rule(row, sources) for row in table["rules"])
    for one, other in combinations(rules, 2):
        apart = one.last_day < other.first_day or other.last_day < one.first_day
        if one.id == other.id and not apart:
            raise UnsoundPack(f"{one.id} stands twice for the same day.")
    return Pack(
        jurisdiction=table["jurisdiction"],
        version=table["version"],
        signed_off_by=table["signed_off_by"],
        rules=rules,
        without_period=tuple(WithoutPeriod(**row) for row in table.get("without_period", [])),
    )


def _rule(row: dict[str, Any], sources: dict[str, Source]) -> Rule:
    if row["source"] not in sources:
        raise UnsoundPack(f"{row['id']} names an unknown source, {row['source']}.")
    if row["unit"] not in set(Unit):
        raise UnsoundPack(f"{row['id']} is measured in an unknown unit, {row['unit']}.")
    source = sources[row["source"]]
    valid_from = row.get("valid_from", source.valid_from)
    rule = Rule(**{**row, "unit": Unit(row["unit"]), "source": source, "valid_from": valid_from})
    if (rule.value is None) != (rule.unit in WITHOUT_NUMBER):
        raise UnsoundPack(f"{rule.id} is a {rule.unit}: its number is missing or out of place.")
    if rule.unit in PERIOD_UNITS and not rule.starts:
        raise UnsoundPack(f"{rule.id} does not say when it starts.")
    if rule.verified and not rule.article:
        raise UnsoundPack(f"{rule.id} is marked verified and names no article.")
    if rule.first_day > rule.last_day:
        raise UnsoundPack(f"{rule.id} ends before it begins.")
    return rule
