"""The firm's targets: its own, else those this release ships; and whether the law allows them."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from plainspoken.kernel import remembered
from plainspoken.kernel.models import Deadline
from plainspoken.law import packs
from plainspoken.law import targets as law
from plainspoken.law.packs import Period, Unit
from plainspoken.organization.models import Target

_UNITS = {
    Deadline.CountedIn.WORKING_MINUTES: Unit.WORKING_MINUTE,
    Deadline.CountedIn.WORKING_DAYS: Unit.WORKING_DAY,
    Deadline.CountedIn.NATURAL_DAYS: Unit.NATURAL_DAY,
}
_rules: dict[str, str] = {}


class NoTarget(LookupError):
    """Neither the firm nor the release says how long this kind of deadline is."""


def bind(kind: str, rule: str) -> None:
    """Say by which rule of law a kind of deadline is limited."""
    assert kind not in _rules, f"{kind} is bound to {_rules[kind]} already"
    _rules[kind] = rule


@remembered.once
def find(kind: str, channel: str) -> Target:
    """The firm's target for the channel, else that for all channels, else the shipped. Raises NoTarget."""
    rows = {row.channel: row for row in Target.objects.filter(kind=kind, channel__in=[channel, ""])}
    own = rows.get(channel) or rows.get("")
    if own:
        return own
    try:
        return shipped()[kind]
    except KeyError:
        raise NoTarget(f"There is no target for {kind}: set one.") from None


@cache
def shipped() -> dict[str, Target]:
    """The targets of this release by kind; they are not rows."""
    text = (Path(__file__).parent / "targets.toml").read_text(encoding="utf-8")
    return {row["kind"]: Target(**row) for row in tomllib.loads(text)["targets"]}


def limit(kind: str, on: date) -> Period | None:
    """The statutory period that limits the kind on the local day; None where the law sets none."""
    if kind not in _rules:
        return None
    try:
        return packs.period(_rules[kind], on)
    except packs.NoStatutoryPeriod:
        return None


def looser_than(kind: str, amount: int, counted_in: str, on: date) -> Period | None:
    """The period that a target would exceed, if the law sets one and it would."""
    period = limit(kind, on)
    if period is None:
        return None
    target = law.Target(amount, _UNITS[Deadline.CountedIn(counted_in)])
    return period if law.looser(target, period) else None


def all_looser(on: date) -> list[tuple[Target, Period]]:
    """Saved targets that the law in force no longer allows; while there are any, nothing may be served."""
    rows = Target.objects.order_by("pk")
    found = [(row, looser_than(row.kind, row.amount, row.counted_in, on)) for row in rows]
    return [(row, period) for row, period in found if period]
