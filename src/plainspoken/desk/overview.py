"""How it goes in the units of somebody who may read measures: figures, their trend, what is late and whose."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.deadlines import DEPARTMENT_ANSWER
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case
from plainspoken.desk import figures, periods
from plainspoken.desk.asked import Asked
from plainspoken.desk.figures import Cell, Parts, Row
from plainspoken.desk.measured import Choice
from plainspoken.desk.queries import due, few, inbox
from plainspoken.desk.queries.due import Due
from plainspoken.kernel import access, measures
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.kernel.measures import Measure
from plainspoken.kernel.models import Deadline
from plainspoken.ui.tables import PAGE_ROWS

LATE_SHOWN = 10
DAYS = 30
WEEKS = 8
COUNT_MAX = 100
DRAWN = ("cases.received", "cases.answered", "cases.first_reply_on_time", "supervision.satisfaction")
BY = {"unit": _("Unit"), "staff": _("Staff"), "channel": _("Channel")}


@dataclass(frozen=True, slots=True)
class Trend:
    """A measure week by week, the current week last; `shown` is drawn before anybody asks."""

    measure: Measure
    cells: list[Cell]

    @property
    def label(self) -> Text:
        return self.measure.label

    @property
    def drawn(self) -> str:
        """Shares as a line in percent, counts as bars."""
        return "line" if self.measure.share else "bar"

    @property
    def shown(self) -> bool:
        return self.measure.code in DRAWN


@dataclass(frozen=True, slots=True)
class Standing:
    """How many open cases of a unit stand in each open state."""

    key: UUID
    unit: str
    counts: list[int]

    @property
    def total(self) -> int:
        return sum(self.counts)


class Overview:
    """Each part computed only where a template asks for it."""

    def __init__(self, by: Actor, dimension: str = "") -> None:
        self._by = by
        self.dimension = dimension if dimension in BY else "unit"
        self.asked = Asked(periods.last_days(DAYS), {})
        self.weeks = periods.weeks(WEEKS)

    @cached_property
    def late(self) -> list[Due]:
        """The broken promises of the units, the oldest first."""
        rows = self._overdue.order_by(*due.KEYS)
        return due.told(few.first(rows, lambda rows: due.seen(rows, self._by), LATE_SHOWN))

    @cached_property
    def late_count(self) -> int:
        return due.seen(self._overdue, self._by)[:COUNT_MAX].count()

    @cached_property
    def asked_in_vain(self) -> int:
        """Departments' answers that are overdue, owed by the units or to them."""
        rows = due.running(self._by).filter(due.overdue(), kind=DEPARTMENT_ANSWER.code)
        if not self._by.sees_all:
            asking = Exists(Case.objects.filter(pk=OuterRef("subject_id"), unit__in=self._by.units))
            rows = rows.filter(due.of_units(self._by) | asking)
        return rows[:COUNT_MAX].count()

    @cached_property
    def standing(self) -> list[Standing]:
        """Open cases now, by unit and state."""
        rows = self._open.order_by().values_list("unit", "state").annotate(count=Count("pk"))
        found: dict[UUID, Counter[str]] = defaultdict(Counter)
        for unit, state, count in rows:
            found[unit][state] = count
        names = figures.names("unit", found)
        standing = [
            Standing(unit, names[unit], [counts[state] for state in INQUIRY.open_states])
            for unit, counts in found.items()
        ]
        return sorted(standing, key=lambda one: one.unit)

    @property
    def states(self) -> list[Text]:
        return [INQUIRY.label(state) for state in INQUIRY.open_states]

    @property
    def in_work(self) -> int:
        """Open cases whose customer waits for us."""
        return sum(
            one.counts[INQUIRY.open_states.index(state)] for one in self.standing for state in inbox.IN_WORK
        )

    @cached_property
    def satisfaction(self) -> Cell:
        (cell,) = figures.cells(self.asked, self._by, ["supervision.satisfaction"])
        return cell

    @cached_property
    def trends(self) -> list[Trend]:
        weekly = figures.by_week(list(measures.measures), self.weeks, self.asked, self._by)
        return [Trend(one, weekly[code]) for code, one in measures.measures.items()]

    @cached_property
    def rows(self) -> list[Row]:
        return self._parts.rows(self._parts.keys[:PAGE_ROWS])

    @property
    def all_rows(self) -> str:
        """The question to the page of measures, where there are more rows."""
        return self.asked.query(by=self.dimension) if len(self._parts.keys) > PAGE_ROWS else ""

    @cached_property
    def _parts(self) -> Parts:
        return Parts(self.asked, self._by, self.dimension, list(measures.measures))

    @property
    def measures(self) -> list[Measure]:
        return list(measures.measures.values())

    @property
    def heading(self) -> Text:
        return BY[self.dimension]

    @property
    def dimensions(self) -> list[Choice]:
        return [Choice(label, f"by={code}", code == self.dimension) for code, label in BY.items()]

    @property
    def _overdue(self) -> QuerySet[Deadline]:
        return Deadline.objects.filter(due.overdue(), due.of_units(self._by), state="running")

    @cached_property
    def _open(self) -> QuerySet[Case]:
        cases = access.visible(Case.objects.filter(state__in=INQUIRY.open_states), self._by)
        return cases if self._by.sees_all else cases.filter(unit__in=self._by.units)
