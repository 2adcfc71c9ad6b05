"""What a count comes to: the moment, and the days that led there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from plainspoken.kernel.worktime.calendar import HolidayName, Kind

DERIVATION_DAYS_MAX = 400


class Unit(StrEnum):
    WORKING_MINUTE = "working_minute"
    WORKING_DAY = "working_day"
    NATURAL_DAY = "natural_day"


@dataclass(frozen=True, slots=True)
class Step:
    """One local day of a derivation. `counted` and `remaining` are in the unit of the Due.

    A working day that begins or ends within a minute counts whole minutes only; the seconds go to the day
    that completes the minute, so that the steps add up to what was asked for.
    """

    day: date
    kind: Kind
    counted: int
    remaining: int
    holiday: HolidayName | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends, in UTC. The end of a day is 00:00 of the next one.

    `missing_years` are the years on the way whose holidays are not loaded: there every day of the weekly
    pattern was taken as worked, so the moment is provisional and may not be certified.
    """

    at: datetime
    unit: Unit
    missing_years: tuple[int, ...]
    derivation: tuple[Step, ...]

    @property
    def provisional(self) -> bool:
        return bool(self.missing_years)


class DerivationTooLong(Exception):
    """The period does not end within DERIVATION_DAYS_MAX local days of its start."""

    def __init__(self, first: date) -> None:
        super().__init__(f"Not over {DERIVATION_DAYS_MAX} days after {first}: shorten the period.")


def days_from(first: date) -> Iterator[date]:
    """`first` and the local days after it, as many as a derivation may have.

    Raises DerivationTooLong when asked for more.
    """
    for offset in range(DERIVATION_DAYS_MAX):
        yield first + timedelta(days=offset)
    raise DerivationTooLong(first)
