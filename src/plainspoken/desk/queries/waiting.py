"""What waits for a person, as the menu and the list count it: all of it in one statement, once a request."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from plainspoken.cases.models import Case, HandOver
from plainspoken.desk.queries import held, notices, tasks
from plainspoken.kernel import access, patterns
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.patterns import Statement
from plainspoken.ui import request as requests
from plainspoken.ui.request import Request

CASES_MAX = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """Each counted no further than its list says."""

    cases: int = 0
    tasks: int = 0
    notices: int = 0
    held: int = 0


def of(request: Request) -> Waiting:
    """What waits for the reader; nothing for somebody who has not signed in."""
    by = request.reader.actor
    return requests.once(request, "waiting", lambda: read(by)) if by else Waiting()


def read(by: Actor) -> Waiting:
    maxima = (CASES_MAX, tasks.COUNT_MAX, notices.COUNT_MAX, held.COUNT_MAX)
    (row,) = patterns.rows(("desk.waiting", maxima), by, _statement)
    return Waiting(*row)


def cases(by: Actor) -> QuerySet[Case, tuple[UUID]]:
    """Their own where it is our turn, and what their unit was asked."""
    ours_to_move = Q(owner=by.id, state__in=["received", "triaged", "department_answered"])
    first, second = [
        access.visible(Case.objects.filter(condition), by).values_list("pk")[:CASES_MAX]
        for condition in (ours_to_move, asked(by))
    ]
    return first.union(second)


def asked(by: Actor) -> Q:
    """A department of the reader's has been asked and has not answered yet."""
    open_now = HandOver.objects.filter(
        answered_at__isnull=True, taken_back_at__isnull=True, to_unit__in=by.units
    )
    return Q(state="with_department", pk__in=open_now.values("case"))


def _statement(by: Actor) -> Statement:
    counted = [cases(by), tasks.waiting(by), notices.unseen(by), held.waiting(by)]
    found = [patterns.written(rows.values_list("pk")) for rows in counted]
    columns = [f"(SELECT count(*) FROM ({one.sql}) AS counted)" if one.sql else "0" for one in found]  # noqa: S608
    return Statement(f"SELECT {', '.join(columns)}", tuple(value for one in found for value in one.values))
