"""The list of cases: what each filter holds, how many stand in it, the rows of one page."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.machine import WORKING
from plainspoken.cases.models import Case
from plainspoken.desk import narrowing
from plainspoken.desk.models import View
from plainspoken.desk.queries import lines, views, waiting
from plainspoken.desk.queries.lines import Line, Shelf
from plainspoken.kernel import access, patterns
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.organization.models import Unit
from plainspoken.ui import tables
from plainspoken.ui.request import Request

PAGE_ROWS = 50
COUNT_MAX = 100
IN_WORK = ("received", *WORKING)
COLUMNS = {"last": "last_at", "due": "due_at"}
SETTLED_COLUMNS = {"last": "last_at"}
ORDERS = ("-last", "last", "due", "-due")
Around = Line | None


@dataclass(frozen=True, slots=True)
class Filter:
    """`counted` filters show how many cases stand in them."""

    code: str
    label: Text
    shelf: Shelf
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Tab:
    code: str
    label: Text
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A saved view; `count` is 0 for what is settled, which nobody counts."""

    view: View
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of one filter, and the filters beside it; `held` messages stand before the reader's units too.

    `asked` is what the address asks for, as a saved view keeps it.
    """

    tabs: list[Tab]
    views: list[ViewTab]
    held: int
    shown: str
    chips: list[narrowing.Chip]
    asked: str
    sorting: tables.Sorting
    page: tables.KeyPage[Line]

    @property
    def sortable(self) -> bool:
        """What is settled has no deadline to go by."""
        return FILTERS[self.shown].counted

    @property
    def order(self) -> str:
        return f"{'-' if self.sorting.descending else ''}{self.sorting.column}"

    @property
    def saved(self) -> bool:
        return any(one.current for one in self.views)


def _mine(by: Actor) -> Q:
    return Q(owner=by.person, state__in=IN_WORK)


def _in(*states: str) -> Callable[[Actor], Q]:
    return lambda by: Q(state__in=states) if len(states) > 1 else Q(state=states[0])


def _waiting(by: Actor) -> Q:
    return Q(state="received", owner__isnull=True)


FILTERS = {
    one.code: one
    for one in (
        Filter("mine", _("Mine"), Shelf("mine", _mine, units=False)),
        Filter("ours", _("My units"), Shelf("ours", _in(*IN_WORK))),
        Filter("waiting", _("Waiting for a person"), Shelf("waiting", _waiting)),
        Filter("asked", _("Asked of us"), Shelf("asked", waiting.asked, units=False)),
        Filter("followed", _("Answered"), Shelf("followed", _in("answered"), own=True)),
        Filter("closed", _("Closed"), Shelf("closed", _in("closed")), counted=False),
        Filter("no_inquiry", _("No inquiry"), Shelf("no_inquiry", _in("no_inquiry")), counted=False),
    )
}
FIRST_LOOK = ("mine", "asked", "waiting", "ours")


def read(request: Request, by: Actor) -> Inbox:
    """The filter and page the address asks for; without one, the first filter that has something."""
    standing = views.of(by)
    counts = counted(by, standing)
    query = _query(request, counts)
    asked, shown = narrowing.asked(query), query["show"]
    sorting, narrowed = _order(request, query), _narrowed(query)
    look = tables.look(request, sorting.keys)
    found = lines.find(FILTERS[shown].shelf, narrowing.condition(narrowed, by), look, PAGE_ROWS, by)
    beside = [ViewTab(one, counts[str(one.pk)], one.asked == asked) for one in standing]
    plain = not any(one.current for one in beside)
    return Inbox(
        tabs=[
            Tab(one.code, one.label, counts[one.code], plain and one.code == shown)
            for one in FILTERS.values()
        ],
        views=beside,
        held=waiting.of(request).held,
        shown=shown,
        chips=list(narrowing.chips(query, narrowed)),
        asked=asked,
        sorting=sorting,
        page=look.page(found, PAGE_ROWS),
    )


def page(request: HttpRequest, query: Mapping[str, str], by: Actor) -> tables.KeyPage[Case]:
    """One page of a tab alone: nothing beside it is counted."""
    sorting, narrowed = _order(request, query), _narrowed(query)
    look = tables.look(request, sorting.keys)
    found = lines.find(FILTERS[query["show"]].shelf, narrowing.condition(narrowed, by), look, PAGE_ROWS, by)
    shown = look.page(found, PAGE_ROWS)
    cases = Case.objects.select_related("customer", "owner", "unit", "type", "line")
    whole = cases.in_bulk([line.id for line in shown.rows])
    return tables.KeyPage([whole[line.id] for line in shown.rows], shown.next, shown.previous)


def beside(request: Request, shown: Inbox, case: Case, by: Actor) -> tuple[Around, Around]:
    """What stands before and after the case in that list, whether or not the case still stands in it."""
    rows = shown.page.rows
    at = next((at for at, row in enumerate(rows) if row.id == case.pk), None)
    if at is None:
        return _beyond(request, shown, case, by, 0), _beyond(request, shown, case, by, 1)
    before = rows[at - 1] if at else _beyond(request, shown, case, by, 0) if shown.page.previous else None
    last = at == len(rows) - 1
    after = (_beyond(request, shown, case, by, 1) if shown.page.next else None) if last else rows[at + 1]
    return before, after


def _beyond(request: Request, shown: Inbox, case: Case, by: Actor, side: int) -> Around:
    """The nearest in the list before (0) or after (1) the case."""
    narrowed = narrowing.condition(_narrowed({**request.GET.dict(), "show": shown.shown}), by)
    look = tables.besides(case, shown.sorting.keys)[side]
    return next(iter(lines.find(FILTERS[shown.shown].shelf, narrowed, look, 0, by)), None)


def _query(request: Request, counts: Counter[str]) -> dict[str, str]:
    query = request.GET.dict()
    return {**query, "show": tab_of(query, counts)}


def tab_of(query: Mapping[str, str], counts: Mapping[str, int] | None = None) -> str:
    """The one that is asked for, else the first that has something."""
    shown = query.get("show", "")
    if shown in FILTERS:
        return shown
    return next((code for code in FIRST_LOOK if counts and counts[code]), "mine")


def _order(request: HttpRequest, query: Mapping[str, str]) -> tables.Sorting:
    columns = COLUMNS if FILTERS[query["show"]].counted else SETTLED_COLUMNS
    return tables.sorting(request, columns, "-last")


def _narrowed(query: Mapping[str, str]) -> dict[str, str]:
    return narrowing.given(query, settled=not FILTERS[query["show"]].counted)


def asked_of(query: Mapping[str, str]) -> str:
    """What the address asks for, as a saved view keeps it. Raises BadRequest for what cannot be asked."""
    whole = {**query, "show": tab_of(query)}
    narrowing.given(whole)
    if whole.get("sort", "-last") not in ORDERS:
        raise BadRequest("unknown order")
    return narrowing.asked(whole)


def holding(query: Mapping[str, str], by: Actor) -> QuerySet[Case]:
    """The cases of a tab, narrowed down, as far as the reader sees them."""
    narrowed = narrowing.condition(_narrowed(query), by)
    return access.visible(Case.objects.filter(FILTERS[query["show"]].shelf.condition(by), narrowed), by)


def counted(by: Actor, standing: Sequence[View] = ()) -> Counter[str]:
    """How many cases stand in each counted filter and view, none counted beyond COUNT_MAX: a query for each kind."""
    tabs = {one.code: {"show": one.code} for one in FILTERS.values() if one.counted}
    found = patterns.rows(("desk.counted", COUNT_MAX), by, lambda one: _numbered(tabs, one))
    kept = {str(one.pk): QueryDict(one.asked).dict() for one in standing}
    known = {key: query for key, query in kept.items() if _is_counted(query)}
    return Counter(code for (code,) in [*found, *(_numbered(known, by) if known else ())])


def _is_counted(query: Mapping[str, str]) -> bool:
    return query["show"] in FILTERS and FILTERS[query["show"]].counted and narrowing.known(query)


def _numbered(asked: Mapping[str, Mapping[str, str]], by: Actor) -> QuerySet[Case, tuple[str]]:
    """The code of each once for every case in it."""
    first, *others = [
        holding(query, by).annotate(filter=Value(code)).values_list("filter")[:COUNT_MAX]
        for code, query in asked.items()
    ]
    return first.union(*others, all=True)


def queue_to_serve(by: Actor) -> Unit | None:
    """Of the person's units with a mailbox, the one in whose queue somebody waits longest; any when nobody does."""
    units = Unit.objects.filter(pk__in=by.units, mailbox__isnull=False)
    waiting = Case.objects.filter(unit=OuterRef("pk"), state="received", owner__isnull=True).order_by(
        "received_at"
    )
    since = Subquery(waiting.values("received_at")[:1])
    return units.annotate(since=since).order_by(F("since").asc(nulls_last=True), "code").first()
