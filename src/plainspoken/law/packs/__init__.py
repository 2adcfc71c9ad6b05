"""Rule packs: the numbers of the law by jurisdiction, each with source, article, dates and what was verified.

A pack is data that ships with the release (`cn.toml`); nothing at run time changes it. A rule whose text
changes gets a second entry with the same id, each with its dates.
"""

from datetime import date
from functools import cache
from pathlib import Path

from plainspoken.law.packs.rules import (
    PERIOD_UNITS,
    Pack,
    Period,
    Rule,
    Source,
    Unit,
    UnsoundPack,
    WithoutPeriod,
    read,
)

__all__ = [
    "NoStatutoryPeriod",
    "NoSuchRule",
    "Pack",
    "Period",
    "Rule",
    "Source",
    "Unit",
    "UnsoundPack",
    "WithoutPeriod",
    "pack",
    "period",
    "read",
    "rule",
]


class NoSuchRule(LookupError):
    """No pack has a rule of that id in force on that day, or it is not what was asked for."""


class NoStatutoryPeriod(LookupError):
    """The law sets no period for this: only the firm's own targets hold."""


@cache
def pack(jurisdiction: str = "CN") -> Pack:
    """The pack this release ships. Raises NoSuchRule where there is none."""
    path = Path(__file__).parent / f"{jurisdiction.lower()}.toml"
    if not path.exists():
        raise NoSuchRule(f"There is no rule pack for {jurisdiction}.")
    return read(path.read_text(encoding="utf-8"))


def rule(rule_id: str, on: date) -> Rule:
    """The rule in force on the local date `on`; its id begins with the jurisdiction. Raises NoSuchRule."""
    for candidate in pack(rule_id.partition("-")[0]).rules:
        if candidate.id == rule_id and candidate.in_force(on):
            return candidate
    raise NoSuchRule(f"No rule {rule_id} is in force on {on}.")


def period(rule_id: str, on: date) -> Period:
    """The period of the rule in force on the local date `on`.

    Raises NoStatutoryPeriod where the pack says that there is none; NoSuchRule for an unknown rule, for a day
    on which it is not in force and for a rule that is no period.
    """
    for free in pack(rule_id.partition("-")[0]).without_period:
        if free.id == rule_id:
            raise NoStatutoryPeriod(free.en)
    found = rule(rule_id, on)
    if found.value is None or found.unit not in PERIOD_UNITS:
        raise NoSuchRule(f"{rule_id} is no period: its unit is {found.unit}.")
    return Period(
        rule=found.id,
        value=found.value,
        unit=found.unit,
        source=found.source,
        article=found.article,
        verified=found.verified,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
    )
