"""Figures as screens show them: each from the roll-up, in the reader's scope, with the way to its records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plainspoken.cases.models import Line
from plainspoken.desk import words
from plainspoken.desk.asked import FIELDS, Asked
from plainspoken.desk.periods import Period
from plainspoken.kernel import measures
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.kernel.measures import Figure, Measure
from plainspoken.organization.models import Person, Unit

READ_ALL = "measures.read"
BESIDE = {"supervision.satisfaction": "supervision.response"}
CHANNELS: dict[str, Text] = {"email": gettext_lazy("E-mail")}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure; `href` opens its records, `beside` is the figure without which it cannot be judged."""

    measure: Measure
    figure: Figure
    href: str
    beside: "Cell | None" = None

    @property
    def value(self) -> str:
        """A share in percent, or a count; a dash when there is nothing to share."""
        if not self.measure.share:
            return formats.number_format(self.figure.population, use_l10n=True, force_grouping=True)
        share = self.figure.share
        return "–" if share is None else percent(share)

    @property
    def plain(self) -> str:
        """The value for a chart: percent or a count, with a point; empty when there is nothing to share."""
        if not self.measure.share:
            return str(self.figure.population)
        return "" if self.figure.share is None else f"{self.figure.share * 100:.1f}"

    @property
    def of(self) -> str:
        """What a share stands on; empty for a count."""
        counts = {"counting": self.figure.counting, "population": self.figure.population}
        return _("%(counting)d of %(population)d") % counts if self.measure.share else ""


@dataclass(frozen=True, slots=True)
class Row:
    """The figures for one value of a dimension; `query` narrows the question to it."""

    label: str
    query: str
    cells: list[Cell]


def percent(share: float) -> str:
    """0.9125 as 91.3%, and no decimal where it says nothing."""
    rounded = round(share * 100, 1)
    places = 0 if rounded == int(rounded) else 1
    return _("%(share)s%%") % {"share": formats.number_format(rounded, places)}


def scope(by: Actor) -> list[Q]:
    """Whose figures the reader may see: those of the own units, and the own elsewhere; supervision, those of all.

    No row is in two of these parts.
    """
    if by.sees_all and by.may(READ_ALL):
        return [Q()]
    return [Q(unit_id__in=by.units), Q(staff_id=by.id) & ~Q(unit_id__in=by.units)]


def colleagues(by: Actor) -> list[Q]:
    """By name, only who may read measures sees others than the own."""
    return scope(by) if by.may(READ_ALL) else [Q(staff_id=by.id)]


def permitted(asked: Asked, by: Actor, dimension: str = "") -> list[Q]:
    """What is asked for, as far as the reader may see it, in such parts."""
    by_name = dimension == "staff" or "staff" in asked.values
    return [asked.only() & part for part in (colleagues(by) if by_name else scope(by))]


def cells(asked: Asked, by: Actor, codes: Iterable[str] = ()) -> list[Cell]:
    """The whole figure of each measure (of all that are no companion of another)."""
    chosen = list(codes) or [code for code in measures.measures if code not in BESIDE.values()]
    wanted, period = [*chosen, *(BESIDE[code] for code in chosen if code in BESIDE)], asked.period
    found = measures.figures_of(wanted, period.since, period.until, only=permitted(asked, by))
    whole = {code: _cell(code, _sum(None, found[code]), asked) for code in wanted}
    return [_with_beside(whole, code) for code in chosen]


class Parts:
    """The figures of the measures by the values of a dimension, in the order of their names; rows where asked for."""

    def __init__(self, asked: Asked, by: Actor, dimension: str, codes: Sequence[str]) -> None:
        self._asked, self._dimension, self._codes = asked, dimension, codes
        only, period = permitted(asked, by, dimension), asked.period
        self._found: dict[Any, dict[str, Figure]] = defaultdict(dict)
        counted = measures.figures_of(codes, period.since, period.until, by=FIELDS[dimension], only=only)
        for code, figures in counted.items():
            for figure in figures:
                self._found[figure.key][code] = figure
        self._labels = _labels(dimension, self._found)

    @property
    def keys(self) -> list[Any]:
        if self._dimension == "day":
            return sorted(self._found, reverse=True)
        return sorted(self._found, key=lambda key: self._labels[key])

    def rows(self, keys: Iterable[Any]) -> list[Row]:
        return [
            _row(
                key,
                self._labels[key],
                self._found[key],
                self._asked.with_value(self._dimension, key),
                self._codes,
            )
            for key in keys
        ]


def by_week(codes: Sequence[str], weeks: Sequence[Period], asked: Asked, by: Actor) -> dict[str, list[Cell]]:
    """The figure of each week for each measure, from the roll-up by day."""
    since, until, only = weeks[0].since, weeks[-1].until, permitted(asked, by)
    days = measures.figures_of(codes, since, until, by="day", only=only)
    return {code: [_week(code, days[code], week, asked) for week in weeks] for code in codes}


def _week(code: str, days: Sequence[Figure], week: Period, asked: Asked) -> Cell:
    within = [day for day in days if week.since <= day.key <= week.until]
    return _cell(code, _sum(None, within), Asked(week, asked.values))


def _with_beside(whole: Mapping[str, Cell], code: str) -> Cell:
    cell = whole[code]
    if beside := BESIDE.get(code):
        return Cell(cell.measure, cell.figure, cell.href, whole[beside])
    return cell


def _cell(code: str, figure: Figure, asked: Asked) -> Cell:
    href = reverse("desk.measure.records", args=[code]) + "?" + asked.query()
    return Cell(measures.measures[code], figure, href)


def _row(key: Any, label: str, found: dict[str, Figure], asked: Asked, codes: Sequence[str]) -> Row:
    return Row(
        label, asked.query(), [_cell(code, found.get(code, Figure(key, 0, 0)), asked) for code in codes]
    )


def _sum(key: Any, figures: Sequence[Figure]) -> Figure:
    return Figure(key, sum(one.population for one in figures), sum(one.counting for one in figures))


def _labels(dimension: str, keys: Iterable[Any]) -> dict[Any, str]:
    if dimension == "day":
        return {key: formats.date_format(key, _("D j M")) for key in keys}
    if dimension == "channel":
        return {key: str(CHANNELS.get(key, key)) for key in keys}
    named = names(dimension, [key for key in keys if key])
    nobody = {"staff": _("Nobody yet"), "line": _("Not judged yet")}.get(dimension, "–")
    return {key: named.get(key, nobody) for key in keys}


def label(dimension: str, value: str | None) -> str:
    """The name of one value of a dimension as an address gives it; None for records without one."""
    key = UUID(value) if value and dimension != "channel" else value
    return _labels(dimension, [key])[key]


def names(dimension: str, keys: Iterable[UUID]) -> dict[UUID, str]:
    """The names behind ids of units, staff or business lines."""
    ids = list(keys)
    if dimension == "unit":
        return {row.pk: words.name(row) for row in Unit.objects.filter(pk__in=ids)}
    if dimension == "staff":
        return {
            row.pk: words.name(row) for row in Person.objects.filter(pk__in=ids).only("name_zh", "name_en")
        }
    return {row.pk: words.name(row) for row in Line.objects.filter(pk__in=ids)}
