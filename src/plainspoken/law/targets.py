"""A firm's own targets against the law: stricter is allowed, looser never is."""

from dataclasses import dataclass
from math import inf

from plainspoken.law.packs.rules import PERIOD_UNITS, Period, Unit

EARLIEST_DAYS = {Unit.NATURAL_DAY: 1, Unit.WORKING_DAY: 1, Unit.WEEK: 7, Unit.MONTH: 28}
LATEST_DAYS: dict[Unit, float] = {Unit.NATURAL_DAY: 1, Unit.WORKING_DAY: inf, Unit.WEEK: 7, Unit.MONTH: 31}
CLOCK_CHANGE_HOURS = 1


@dataclass(frozen=True, slots=True)
class Target:
    """A promise of the firm's own. Raises ValueError for a unit that is no time, or a negative number."""

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in PERIOD_UNITS or self.value < 0:
            raise ValueError(f"{self.value} {self.unit} is no target.")


def looser(target: Target, period: Period) -> bool:
    """Whether the target could end later than the period does, whatever the calendar and the start.

    Two units are compared at their worst. What cannot be shown to be as strict counts as looser: ten working
    days have no longest length in natural days, so such a target has to be put in the unit of the rule.
    """
    if target.unit == period.unit:
        return target.value > period.value
    if target.unit in LATEST_DAYS and period.unit in EARLIEST_DAYS:
        return _latest_days(target) > period.value * EARLIEST_DAYS[period.unit]
    return _latest_hours(target) > _earliest_hours(period)


def _latest_days(target: Target) -> float:
    """After the day of the start; none for a target of 0, which ends with that day in every unit."""
    return target.value * LATEST_DAYS[target.unit] if target.value else 0


def _latest_hours(target: Target) -> float:
    """Days run to 24:00 of the last, almost a day more when the start is in the morning."""
    if target.unit is Unit.HOUR:
        return target.value
    if target.unit is Unit.WORKING_MINUTE:
        return inf
    return (_latest_days(target) + 1) * 24 + CLOCK_CHANGE_HOURS


def _earliest_hours(period: Period) -> float:
    """Days begin after that of the start, which may be almost over."""
    if period.unit is Unit.HOUR:
        return period.value
    if period.unit is Unit.WORKING_MINUTE:
        return period.value / 60
    return period.value * EARLIEST_DAYS[period.unit] * 24 - CLOCK_CHANGE_HOURS
