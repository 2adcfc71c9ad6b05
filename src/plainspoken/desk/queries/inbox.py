"""The list of cases: what each filter holds, how many stand in it, the rows of one page."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least, Left
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.machine import WORKING
from plainspoken.cases.models import Case, HandOver, Merger, Tag, Tagging
from plainspoken.conversations.models import Message
from plainspoken.desk.queries import held
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
class Inbox:
    """One page of one filter, and the filters beside it; `held` messages stand before the reader's units too.

    `tag`: only cases that bear it are shown.
    """

    tabs: list[Tab]
    held: int
    shown: str
    sorting: tables.Sorting
    page: tables.KeyPage[Case]
    tag: Tag | None

    @property
    def sortable(self) -> bool:
        """What is settled has no deadline to go by."""
        return FILTERS[self.shown].counted


def _mine(by: Actor) -> Q:
    return Q(owner=by.id, state__in=IN_WORK)


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
    return (_of_units(by) | Q(owner=by.id)) & Q(state="answered")


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
    counts = counted(by)
    shown = request.GET.get("show", "")
    if shown not in FILTERS:
        shown = next((code for code in FIRST_LOOK if counts[code]), "mine")
    columns = COLUMNS if FILTERS[shown].counted else SETTLED_COLUMNS
    sorting = tables.sorting(request, columns, "-last")
    code = request.GET.get("tag", "")
    tag = Tag.objects.filter(code=code).first() if code else None
    cases = Case.objects.filter(FILTERS[shown].condition(by), **({"taggings__tag": tag} if tag else {}))
    rows = _rows(access.visible(cases, by), by)
    if sorting.column == "due":
        rows = rows.annotate(due=Coalesce("due_at", Value(NEVER)))
    tabs = [Tab(one.code, one.label, counts[one.code], one.code == shown) for one in FILTERS.values()]
    page = tables.page_by_key(rows, request, sorting.keys, PAGE_ROWS)
    return Inbox(tabs, held.count(by), shown, sorting, page, tag)


def counted(by: Actor) -> Counter[str]:
    """How many cases stand in each counted filter, none counted beyond COUNT_MAX: one query."""
    parts = [
        access.visible(Case.objects.filter(one.condition(by)), by)
        .annotate(filter=Value(one.code))
        .values_list("filter", flat=True)[:COUNT_MAX]
        for one in FILTERS.values()
        if one.counted
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
    """With what a line of the list shows: the nearest deadline, the last words, whether read since, the tags.

    What was promised in a case that was merged into it is due in it.
    """
    running = Deadline.objects.filter(state="running").order_by("due_at")
    merged = Merger.objects.filter(into=OuterRef(OuterRef("pk")), undone_at__isnull=True)
    own, others = (
        running.filter(subject_id=OuterRef("pk")),
        running.filter(subject_id__in=merged.values("case")),
    )
    said = Message.objects.filter(conversation=OuterRef("conversation")).exclude(kind=Message.Kind.AUTOMATIC)
    spoken = said.exclude(outgoing__state="withdrawn")
    read_since = Read.objects.filter(subject_id=OuterRef("pk"), actor_id=by.id, at__gte=OuterRef("last_at"))
    return (
        cases.select_related("customer", "owner")
        .prefetch_related(TAGS)
        .annotate(
            due_at=Least(Subquery(own.values("due_at")[:1]), Subquery(others.values("due_at")[:1])),
            snippet=Left(
                Subquery(spoken.order_by("-at", "-id").values("visible_text")[:1]), SNIPPET_CHARACTERS
            ),
            unread=~Exists(read_since),
        )
    )


def queue_to_serve(by: Actor) -> Unit | None:
    """Of the person's units with a mailbox, the one in whose queue somebody waits longest; any when nobody does."""
    units = Unit.objects.filter(pk__in=by.units, mailbox__isnull=False)
    waiting = Case.objects.filter(unit=OuterRef("pk"), state="received", owner__isnull=True).order_by(
        "received_at"
    )
    since = Subquery(waiting.values("received_at")[:1])
    return units.annotate(since=since).order_by(F("since").asc(nulls_last=True), "code").first()
