"""The list of cases: what each filter holds, how many stand in it, the rows of one page."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.exceptions import BadRequest
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least, Left
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.machine import WORKING
from plainspoken.cases.models import Case, HandOver, Merger, Tagging
from plainspoken.conversations.models import Message
from plainspoken.desk import narrowing
from plainspoken.desk.models import View
from plainspoken.desk.queries import held, views
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.kernel.models import Deadline, Read
from plainspoken.organization.models import Unit
from plainspoken.ui import tables
from plainspoken.ui.request import Request

PAGE_ROWS = 50
COUNT_MAX = 100
SNIPPET_CHARACTERS = 120
IN_WORK = ("received", *WORKING)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
COLUMNS = {"last": "last_at", "due": "due"}
SETTLED_COLUMNS = {"last": "last_at"}
TAGS = Prefetch("taggings", Tagging.objects.select_related("tag").order_by("at", "id"))
ORDERS = ("-last", "last", "due", "-due")


@dataclass(frozen=True, slots=True)
class Filter:
    """`counted` filters show how many cases stand in them."""

    code: str
    label: Text
    condition: Callable[[Actor], Q]
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
    page: tables.KeyPage[Case]

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


def _ours(by: Actor) -> Q:
    return _of_units(by) & Q(state__in=IN_WORK)


def _waiting(by: Actor) -> Q:
    return _of_units(by) & Q(state="received", owner__isnull=True)


def _asked(by: Actor) -> Q:
    asked = HandOver.objects.filter(
        answered_at__isnull=True, taken_back_at__isnull=True, to_unit__in=by.units
    )
    return Q(state="with_department", pk__in=asked.values("case"))


def _followed(by: Actor) -> Q:
    return (_of_units(by) | Q(owner=by.person)) & Q(state="answered")


def _closed(by: Actor) -> Q:
    return _of_units(by) & Q(state="closed")


def _no_inquiry(by: Actor) -> Q:
    return _of_units(by) & Q(state="no_inquiry")


def _of_units(by: Actor) -> Q:
    return Q() if by.sees_all else Q(unit__in=by.units)


FILTERS = {
    one.code: one
    for one in (
        Filter("mine", _("Mine"), _mine),
        Filter("ours", _("My units"), _ours),
        Filter("waiting", _("Waiting for a person"), _waiting),
        Filter("asked", _("Asked of us"), _asked),
        Filter("followed", _("Answered"), _followed),
        Filter("closed", _("Closed"), _closed, counted=False),
        Filter("no_inquiry", _("No inquiry"), _no_inquiry, counted=False),
    )
}
FIRST_LOOK = ("mine", "asked", "waiting", "ours")


def read(request: Request, by: Actor) -> Inbox:
    """The filter and page the address asks for; without one, the first filter that has something."""
    standing = views.of(by)
    counts = counted(by, standing)
    query = _query(request, counts)
    asked, shown = narrowing.asked(query), query["show"]
    sorting, rows = sorted_rows(request, query, by)
    beside = [ViewTab(one, counts[str(one.pk)], one.asked == asked) for one in standing]
    narrowed = narrowing.given(query, settled=not FILTERS[shown].counted)
    plain = not any(one.current for one in beside)
    return Inbox(
        tabs=[
            Tab(one.code, one.label, counts[one.code], plain and one.code == shown)
            for one in FILTERS.values()
        ],
        views=beside,
        held=held.count(by),
        shown=shown,
        chips=list(narrowing.chips(query, narrowed)),
        asked=asked,
        sorting=sorting,
        page=tables.page_by_key(_rows(rows, by), request, sorting.keys, PAGE_ROWS),
    )


def page(request: HttpRequest, query: Mapping[str, str], by: Actor) -> tables.KeyPage[Case]:
    """One page of a tab alone: nothing beside it is counted."""
    sorting, rows = sorted_rows(request, query, by)
    rows = _rows(rows, by).select_related("customer", "owner", "unit", "type", "line")
    return tables.page_by_key(rows, request, sorting.keys, PAGE_ROWS)


def beside(request: Request, shown: Inbox, case: Case, by: Actor) -> tuple[Case | None, Case | None]:
    """What stands before and after the case in that list, whether or not the case still stands in it."""
    query = {**request.GET.dict(), "show": shown.shown}
    sorting, rows = sorted_rows(request, query, by)
    at = case
    if sorting.column == "due":
        at = Case.objects.annotate(due=Coalesce(_nearest(), Value(NEVER))).get(pk=case.pk)
    return tables.beside(rows.exclude(pk=case.pk).only("id", "number", "last_at"), at, sorting.keys)


def _query(request: Request, counts: Counter[str]) -> dict[str, str]:
    query = request.GET.dict()
    return {**query, "show": tab_of(query, counts)}


def tab_of(query: Mapping[str, str], counts: Mapping[str, int] | None = None) -> str:
    """The one that is asked for, else the first that has something."""
    shown = query.get("show", "")
    if shown in FILTERS:
        return shown
    return next((code for code in FIRST_LOOK if counts and counts[code]), "mine")


def sorted_rows(
    request: HttpRequest, query: Mapping[str, str], by: Actor
) -> tuple[tables.Sorting, QuerySet[Case]]:
    columns = COLUMNS if FILTERS[query["show"]].counted else SETTLED_COLUMNS
    sorting = tables.sorting(request, columns, "-last")
    rows = holding(query, by)
    if sorting.column == "due":
        rows = rows.annotate(due=Coalesce(_nearest(), Value(NEVER)))
    return sorting, rows


def asked_of(query: Mapping[str, str]) -> str:
    """What the address asks for, as a saved view keeps it. Raises BadRequest for what cannot be asked."""
    whole = {**query, "show": tab_of(query)}
    narrowing.given(whole)
    if whole.get("sort", "-last") not in ORDERS:
        raise BadRequest("unknown order")
    return narrowing.asked(whole)


def holding(query: Mapping[str, str], by: Actor) -> QuerySet[Case]:
    """The cases of a tab, narrowed down, as far as the reader sees them."""
    tab = FILTERS[query["show"]]
    narrowed = narrowing.condition(narrowing.given(query, settled=not tab.counted), by)
    return access.visible(Case.objects.filter(tab.condition(by), narrowed), by)


def counted(by: Actor, standing: Sequence[View] = ()) -> Counter[str]:
    """How many cases stand in each counted filter and view, none counted beyond COUNT_MAX: one query."""
    asked = {one.code: {"show": one.code} for one in FILTERS.values()}
    asked |= {str(one.pk): QueryDict(one.asked).dict() for one in standing}
    parts = [
        holding(query, by).annotate(filter=Value(code)).values_list("filter", flat=True)[:COUNT_MAX]
        for code, query in asked.items()
        if query["show"] in FILTERS and FILTERS[query["show"]].counted and narrowing.known(query)
    ]
    return Counter(parts[0].union(*parts[1:], all=True))


def waiting_for(by: Actor) -> int:
    """How many cases wait for the person: their own where it is our turn, and what their unit was asked."""
    ours_to_move = Q(owner=by.id, state__in=["received", "triaged", "department_answered"])
    parts = [
        access.visible(Case.objects.filter(condition), by).values_list("pk", flat=True)[:COUNT_MAX]
        for condition in (ours_to_move, _asked(by))
    ]
    return len(parts[0].union(parts[1]))


def _rows(cases: QuerySet[Case], by: Actor) -> QuerySet[Case]:
    """With what a line of the list shows: the nearest deadline, the last words, whether read since, the tags."""
    said = Message.objects.filter(conversation=OuterRef("conversation")).exclude(kind=Message.Kind.AUTOMATIC)
    spoken = said.exclude(outgoing__state="withdrawn")
    read_since = Read.objects.filter(subject_id=OuterRef("pk"), actor_id=by.id, at__gte=OuterRef("last_at"))
    return (
        cases.select_related("customer", "owner")
        .prefetch_related(TAGS)
        .annotate(
            due_at=_nearest(),
            snippet=Left(
                Subquery(spoken.order_by("-at", "-id").values("visible_text")[:1]), SNIPPET_CHARACTERS
            ),
            unread=~Exists(read_since),
        )
    )


def _nearest() -> Least:
    """When the first of the case's running deadlines ends, those of the cases that were merged into it among them."""
    running = Deadline.objects.filter(state="running").order_by("due_at")
    merged = Merger.objects.filter(into=OuterRef(OuterRef("pk")), undone_at__isnull=True)
    own = running.filter(subject_id=OuterRef("pk"))
    others = running.filter(subject_id__in=merged.values("case"))
    return Least(*(Subquery(one.values("due_at")[:1]) for one in (own, others)))


def queue_to_serve(by: Actor) -> Unit | None:
    """Of the person's units with a mailbox, the one in whose queue somebody waits longest; any when nobody does."""
    units = Unit.objects.filter(pk__in=by.units, mailbox__isnull=False)
    waiting = Case.objects.filter(unit=OuterRef("pk"), state="received", owner__isnull=True).order_by(
        "received_at"
    )
    since = Subquery(waiting.values("received_at")[:1])
    return units.annotate(since=since).order_by(F("since").asc(nulls_last=True), "code").first()
