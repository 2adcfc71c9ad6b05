"""The first page, as somebody who serves customers needs it: what is to be done now, and how it goes."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from plainspoken.cases.models import Case, Reopening
from plainspoken.conversations.models import Message
from plainspoken.desk import figures, periods
from plainspoken.desk.asked import Asked
from plainspoken.desk.figures import Cell
from plainspoken.desk.overview import Overview
from plainspoken.desk.queries import due, inbox, tasks
from plainspoken.desk.queries.due import Due
from plainspoken.kernel import access, clock
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.models import Deadline

SHOWN = 8
DAYS = 30
COUNT_MAX = 100


@dataclass(frozen=True, slots=True)
class Beside:
    """A measure of one's own beside that of one's units."""

    own: Cell
    units: Cell


class Home:
    """Each part computed only where a template asks for it. `overview` is None for who may not read measures."""

    def __init__(self, by: Actor, dimension: str = "") -> None:
        self._by = by
        self.works = any(code.startswith("cases.inquiry.") for code in by.permissions)
        self.overview = Overview(by, dimension) if by.may(figures.READ_ALL) else None

    @cached_property
    def due(self) -> list[Due]:
        """The nearest promises of the reader."""
        return due.told(list(self._promises.order_by(*due.KEYS)[:SHOWN]))

    @cached_property
    def overdue_count(self) -> int:
        return self._promises.filter(due.overdue())[:COUNT_MAX].count()

    @cached_property
    def today_count(self) -> int:
        """What is still to be kept today, by the clock on the reader's wall."""
        return self._promises.filter(due_at__gte=clock.now(), due_at__lt=periods.midnight())[
            :COUNT_MAX
        ].count()

    @cached_property
    def own_count(self) -> int:
        return self._own[:COUNT_MAX].count()

    @property
    def busy(self) -> bool:
        """Whether the reader has promises or cases of their own, or is there for nothing else."""
        return self.works and (self.overview is None or bool(self.own_count))

    @cached_property
    def queue(self) -> int | None:
        """How many cases wait for a person in the reader's units; None for who takes none."""
        return inbox.counted(self._by)["waiting"] if self._by.may("cases.queue.take_next") else None

    @cached_property
    def came_back(self) -> list[Case]:
        """Cases in the reader's hands that were reopened, or whose customer spoke last."""
        spoken = Message.objects.filter(conversation=OuterRef("conversation"), kind__in=["in", "out"])
        last = spoken.order_by("-at", "-id")
        rows = self._own.select_related("customer").annotate(
            reopened=Exists(Reopening.objects.filter(case=OuterRef("pk"))),
            last_kind=Subquery(last.values("kind")[:1]),
            spoken_at=Subquery(last.values("at")[:1]),
        )
        again = Q(last_kind=Message.Kind.IN, spoken_at__gt=F("received_at"))
        return list(rows.filter(Q(reopened=True) | again).order_by("-last_at", "-id")[:SHOWN])

    @cached_property
    def tasks(self) -> list[tasks.Told]:
        rows = tasks.shown("units", self._by).filter(tasks.of_units(self._by)).order_by(*tasks.KEYS["units"])
        return tasks.told(list(rows[:SHOWN]), self._by)

    @cached_property
    def own_figures(self) -> list[Beside]:
        """The last 30 days: one's own, and those of one's units."""
        period = periods.last_days(DAYS)
        own = figures.cells(Asked(period, {"staff": str(self._by.id)}), self._by)
        units = figures.cells(Asked(period, {}), self._by)
        return [Beside(*pair) for pair in zip(own, units, strict=True)]

    @cached_property
    def _promises(self) -> QuerySet[Deadline]:
        return due.running(self._by).filter(owner_id=self._by.id, kind__in=due.OF_WORK)

    @cached_property
    def _own(self) -> QuerySet[Case]:
        return access.visible(Case.objects.filter(owner=self._by.id, state__in=inbox.IN_WORK), self._by)
