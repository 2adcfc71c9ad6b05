"""Public holidays and make-up days, year by year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from plainspoken.kernel.worktime import HolidayName, Window, WorkCalendar


class DayKind(StrEnum):
    OFF = "off"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class HolidayDay:
    """A day that differs from Monday to Friday. `source` is the notice, by its number or its address."""

    day: date
    kind: DayKind
    name: HolidayName
    source: str


@dataclass(frozen=True, slots=True)
class HolidayYear:
    year: int
    days: tuple[HolidayDay, ...]


class YearNotLoaded(Exception):
    """The holidays of the year are not known here, and they are not guessed."""

    def __init__(self, jurisdiction: str, year: int) -> None:
        super().__init__(f"The holidays of {year} ({jurisdiction}) are not loaded: load its notice.")
        self.year = year


@dataclass(frozen=True)
class Holidays:
    """The loaded years of a jurisdiction."""

    jurisdiction: str
    loaded: Mapping[int, HolidayYear]

    @property
    def years(self) -> frozenset[int]:
        return frozenset(self.loaded)

    def days(self, year: int) -> tuple[HolidayDay, ...]:
        """The days of `year` that differ, in order. Raises YearNotLoaded."""
        if year not in self.loaded:
            raise YearNotLoaded(self.jurisdiction, year)
        return self.loaded[year].days

    def loading(self, year: HolidayYear) -> "Holidays":
        """These holidays and those of `year`, which replace what was known of it."""
        return Holidays(self.jurisdiction, MappingProxyType({**self.loaded, year.year: year}))

    def work_calendar(
        self,
        *,
        code: str,
        version: str,
        tz: str,
        weekly: tuple[tuple[Window, ...], ...],
        make_up: tuple[Window, ...] | None = None,
    ) -> WorkCalendar:
        """A business calendar that follows these holidays.

        Make-up days have the windows `make_up`: those of Monday if not told; if empty, they are not worked.
        """
        make_up = weekly[0] if make_up is None else make_up
        days = [day for year in self.loaded.values() for day in year.days]
        off: dict[date, tuple[Window, ...]] = {day.day: () for day in days if day.kind is DayKind.OFF}
        worked = {day.day: make_up for day in days if day.kind is DayKind.WORK and make_up}
        return WorkCalendar(
            code=code,
            version=version,
            tz=tz,
            weekly=weekly,
            years=self.years,
            exceptions=off | worked,
            holidays={day.day: day.name for day in days},
        )
