"""The page of measures: figures for what was asked, their parts by one dimension, how fresh they are."""

from dataclasses import dataclass
from functools import cached_property

from plainspoken.desk import asked, figures, periods
from plainspoken.desk.asked import NONE, Asked
from plainspoken.desk.figures import Cell, Parts
from plainspoken.desk.periods import Period
from plainspoken.kernel import clock, measures
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.kernel.measures import Measure
from plainspoken.kernel.models import MeasureDirty
from plainspoken.ui import moments


@dataclass(frozen=True, slots=True)
class Chip:
    """A value the question is narrowed to; `query` asks without it."""

    label: Text
    value: str
    query: str


@dataclass(frozen=True, slots=True)
class Choice:
    label: Text
    query: str
    current: bool


class Measured:
    """Computed only where a template asks for it."""

    def __init__(self, question: Asked, dimension: str, by: Actor) -> None:
        self.asked = question
        self.dimension = dimension if dimension in asked.FIELDS else "unit"
        self._by = by

    @cached_property
    def cells(self) -> list[Cell]:
        return figures.cells(self.asked, self._by)

    @property
    def measures(self) -> list[Measure]:
        return list(measures.measures.values())

    @cached_property
    def parts(self) -> Parts:
        return Parts(self.asked, self._by, self.dimension, list(measures.measures))

    @property
    def heading(self) -> Text:
        return asked.LABELS[self.dimension]

    @property
    def dimensions(self) -> list[Choice]:
        return [
            Choice(label, self.asked.query(by=name), name == self.dimension)
            for name, label in asked.LABELS.items()
        ]

    @property
    def quick(self) -> list[Choice]:
        """The periods one click away."""
        return [self._period(label, period()) for label, period in periods.QUICK]

    @property
    def chips(self) -> list[Chip]:
        return [
            Chip(
                asked.LABELS[name],
                self._value(name, value),
                self.asked.without(name).query(by=self.dimension),
            )
            for name, value in self.asked.values.items()
        ]

    @property
    def counted_until(self) -> str:
        return moments.short(clock.now())

    @cached_property
    def settled(self) -> bool:
        """False while changes of the last moments are still being counted."""
        return not MeasureDirty.objects.exists()

    def _period(self, label: Text, period: Period) -> Choice:
        query = Asked(period, self.asked.values).query(by=self.dimension)
        return Choice(label, query, period == self.asked.period)

    def _value(self, name: str, value: str) -> str:
        return figures.label(name, None if value == NONE else value)
