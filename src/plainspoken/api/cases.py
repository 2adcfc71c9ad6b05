"""Reading cases: the list as the inbox has it, and one case whole."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from plainspoken.api import problems, shapes
from plainspoken.api.door import actor
from plainspoken.api.values import Code, Cursor, Day, one_of
from plainspoken.cases.models import Case
from plainspoken.conversations import said
from plainspoken.desk import narrowing
from plainspoken.desk.queries import inbox, merged, thread
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.models import Deadline

router = Router(tags=["cases"])
RELATED = (
    "conversation__mailbox__unit",
    "conversation__customer",
    "customer",
    "owner",
    "unit",
    "type",
    "line",
    "suggested_type",
    "suggested_line",
)


class CasesAsked(Schema):
    """The filters of the inbox. `show` is the tab; `mine` are those of who answers for the program."""

    show: Annotated[str, *one_of(inbox.FILTERS)] = "ours"
    sort: Annotated[str, *one_of(inbox.ORDERS)] = "-last"
    state: Annotated[str | None, Field(json_schema_extra={"enum": [*narrowing.STATES]})] = None
    due: Annotated[str, *one_of(narrowing.DUE)] | None = None
    unread: Annotated[str, *one_of(narrowing.UNREAD)] | None = None
    type: Code | None = None
    line: Code | None = None
    tag: Code | None = None
    owner: Code | None = None
    unit: Code | None = None
    language: Annotated[str, *one_of(narrowing.LANGUAGES)] | None = None
    channel: Annotated[str, *one_of(narrowing.CHANNELS)] | None = None
    since: Day | None = None
    until: Day | None = None
    after: Cursor = ""
    before: Cursor = ""


@router.get("/", response={200: shapes.Cases, **problems.told()}, summary="List cases", url_name="cases")
def index(request: HttpRequest, asked: Query[CasesAsked]) -> shapes.Cases:
    """Fifty a page, paged by key: page 1,000 costs what page 1 costs."""
    problems.only(request, *CasesAsked.model_fields)
    page = inbox.page(request, {**request.GET.dict(), "show": asked.show}, actor(request))
    rows = [shapes.case_row(row) for row in page.rows]
    return shapes.Cases(items=rows, next=page.next, previous=page.previous)


@router.get(
    "/{uuid:case_id}/",
    response={200: shapes.CaseWhole, **problems.told(404)},
    summary="Read a case",
    url_name="case",
)
def show(request: HttpRequest, case_id: UUID) -> shapes.CaseWhole:
    """With its newest fifty messages and its deadlines. The reading is noted in the read journal."""
    by = actor(request)
    case = opened(case_id, by)
    told = thread.thread(
        case.conversation, [], by, whole=False, origins=merged.origins(case, merged.absorbed(case), by)
    )
    promises = Deadline.objects.filter(subject_id=case.pk).order_by("due_at", "id")
    return shapes.CaseWhole(
        **{name: getattr(case, name) for name in OF_THE_ROW},
        id=case.pk,
        customer=shapes.customer_named(case.customer),
        unit=case.unit.code,
        owner=case.owner.username if case.owner else None,
        type=shapes.code(case.type),
        line=shapes.code(case.line),
        suggested_type=shapes.code(case.suggested_type),
        suggested_line=shapes.code(case.suggested_line),
        deadlines=[shapes.deadline(one) for one in promises],
        messages=shapes.messages(told.items, told.earlier, case.number),
        seen=said.newest(case.conversation),
        operations=shapes.operations(case, by),
    )


OF_THE_ROW = (
    "number",
    "state",
    "subject",
    "received_at",
    "last_at",
    "told_at",
    "first_reply_at",
    "answered_at",
    "closed_at",
)


@router.get(
    "/{uuid:case_id}/messages/",
    response={200: shapes.Messages, **problems.told(404)},
    summary="Read earlier messages",
    url_name="messages",
)
def messages(request: HttpRequest, case_id: UUID, before: UUID) -> shapes.Messages:
    """The fifty messages before one of the case."""
    problems.only(request, "before")
    by = actor(request)
    case = opened(case_id, by)
    told = thread.before(
        case.conversation, [], by, before, origins=merged.origins(case, merged.absorbed(case), by)
    )
    return shapes.messages(told.items, told.earlier, case.number)


def opened(key: UUID, by: Actor) -> Case:
    """Through the one door: noted in the read journal, not found when it is not the program's to see."""
    return access.open(Case.objects.select_related(*RELATED), key, by, purpose="api")
