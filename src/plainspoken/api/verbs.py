"""What is done with a case: each verb of the inquiry, by the action that the desk's button does."""

from typing import Annotated, Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Router

from plainspoken.api import cases, problems, shapes
from plainspoken.api.door import actor
from plainspoken.api.problems import Unfit
from plainspoken.api.values import Code, Given, Moment, Words, one_of
from plainspoken.cases.actions import answering, follow_up, hand_over, merging, ownership, triage
from plainspoken.cases.models import Case, Closure, Dismissal, Line, Reopening, Type
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor
from plainspoken.organization.models import Person, Unit

router = Router(tags=["verbs of a case"])
M = TypeVar("M", bound=Model)
TOLD: dict[Any, Any] = {200: shapes.CaseNow, **problems.told(403, 404, 409)}


class Assigned(Given):
    """`owner` is a username; in absence the deputy gets the case."""

    owner: Code


class Judged(Given):
    type: Code
    line: Code


class ToTheCustomer(Given):
    """`seen` is the case's, as it was read: what was said after it must be read first."""

    text: Words
    seen: UUID


class AnsweredAtOnce(ToTheCustomer):
    type: Code
    line: Code


class ToldTime(ToTheCustomer):
    told_at: Moment


class HandedOver(Given):
    """`told_at` with `text` and `seen`: when the customer has the answer, unless that has been told already."""

    to: Code
    question: Words
    told_at: Moment | None = None
    text: Words | None = None
    seen: UUID | None = None


class Inside(Given):
    text: Words


class Dismissed(Given):
    """`of`: the case that a duplicate repeats."""

    reason: Annotated[str, *one_of(Dismissal.Reason.values)]
    of: UUID | None = None


class Merged(Given):
    into: UUID


@router.post("/{uuid:case_id}/take/", response=TOLD, summary="Take the case")
def take(request: HttpRequest, case_id: UUID) -> shapes.CaseNow:
    """It becomes that of who answers for the program."""
    by, case = _opened(request, case_id)
    ownership.take(case, by=by)
    return shapes.case_now(case, by)


@router.post("/{uuid:case_id}/assign/", response=TOLD, summary="Assign the case")
def assign(request: HttpRequest, case_id: UUID, given: Assigned) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    ownership.assign(case, by=by, owner=_named(Person.objects.all(), "owner", username=given.owner))
    return shapes.case_now(case, by)


@router.post("/{uuid:case_id}/triage/", response=TOLD, summary="Judge type and business line")
def judge(request: HttpRequest, case_id: UUID, given: Judged) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    triage.triage(case, by=by, type=_type(given.type), line=_line(given.line))
    return shapes.case_now(case, by)


@router.post("/{uuid:case_id}/reclassify/", response=TOLD, summary="Correct type and business line")
def reclassify(request: HttpRequest, case_id: UUID, given: Judged) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    triage.reclassify(case, by=by, type=_type(given.type), line=_line(given.line))
    return shapes.case_now(case, by)


@router.post("/{uuid:case_id}/dismiss/", response=TOLD, summary="Dismiss as no inquiry")
def dismiss(request: HttpRequest, case_id: UUID, given: Dismissed) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    of = _other(given.of, "of", by) if given.of else None
    triage.dismiss(case, by=by, reason=Dismissal.Reason(given.reason), of=of)
    return shapes.case_now(case, by)


@router.post("/{uuid:case_id}/restore/", response=TOLD, summary="Restore as an inquiry")
def restore(request: HttpRequest, case_id: UUID) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    triage.restore(case, by=by)
    return shapes.case_now(case, by)


@router.post("/{uuid:case_id}/hand_over/", response=TOLD, summary="Hand over to a department")
def hand(request: HttpRequest, case_id: UUID, given: HandedOver) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    if given.told_at and not (given.text and given.seen):
        raise Unfit("body.text" if given.seen else "body.seen", "missing")
    hand_over.hand_over(
        case,
        by=by,
        to=_named(Unit.objects.all(), "to", code=given.to),
        question=given.question,
        told_at=given.told_at,
        text=given.text or "",
        seen=given.seen,
    )
    return shapes.case_now(case, by)


@router.post("/{uuid:case_id}/take_back/", response=TOLD, summary="Take the question back")
def take_back(request: HttpRequest, case_id: UUID) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    hand_over.take_back(case, by=by)
    return shapes.case_now(case, by)


@router.post("/{uuid:case_id}/answer_inside/", response=TOLD, summary="Answer the owner")
def answer_inside(request: HttpRequest, case_id: UUID, given: Inside) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    asked = hand_over.answer_inside(case, by=by, text=given.text)
    return shapes.case_now(case, by, asked.answer_id)


@router.post("/{uuid:case_id}/tell_time/", response=TOLD, summary="Tell the customer a time")
def tell_time(request: HttpRequest, case_id: UUID, given: ToldTime) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    message = answering.tell_time(case, by=by, text=given.text, told_at=given.told_at, seen=given.seen)
    return shapes.case_now(case, by, message.pk)


@router.post("/{uuid:case_id}/answer/", response=TOLD, summary="Answer the customer")
def answer(request: HttpRequest, case_id: UUID, given: ToTheCustomer) -> shapes.CaseNow:
    """It leaves after a few seconds; the case is answered when it has left."""
    by, case = _opened(request, case_id)
    message = answering.answer(case, by=by, text=given.text, seen=given.seen)
    return shapes.case_now(case, by, message.pk)


@router.post("/{uuid:case_id}/answer_at_once/", response=TOLD, summary="Answer at once")
def answer_at_once(request: HttpRequest, case_id: UUID, given: AnsweredAtOnce) -> shapes.CaseNow:
    """A simple question: judged and answered in one stroke."""
    by, case = _opened(request, case_id)
    message = answering.answer_at_once(
        case, by=by, type=_type(given.type), line=_line(given.line), text=given.text, seen=given.seen
    )
    return shapes.case_now(case, by, message.pk)


@router.post("/{uuid:case_id}/close/", response=TOLD, summary="Close the case")
def close(request: HttpRequest, case_id: UUID) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    follow_up.close(case, by=by, how=Closure.How.BY_OWNER)
    return shapes.case_now(case, by)


@router.post("/{uuid:case_id}/reopen/", response=TOLD, summary="Reopen the case")
def reopen(request: HttpRequest, case_id: UUID) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    follow_up.reopen(case, by=by, how=Reopening.How.BY_STAFF)
    return shapes.case_now(case, by)


@router.post("/{uuid:case_id}/merge/", response=TOLD, summary="Merge into another case")
def merge(request: HttpRequest, case_id: UUID, given: Merged) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    merging.merge(case, by=by, into=_other(given.into, "into", by))
    return shapes.case_now(case, by)


@router.post("/{uuid:case_id}/unmerge/", response=TOLD, summary="Bring a merged case back")
def unmerge(request: HttpRequest, case_id: UUID) -> shapes.CaseNow:
    by, case = _opened(request, case_id)
    merging.unmerge(case, by=by)
    return shapes.case_now(case, by)


def _opened(request: HttpRequest, key: UUID) -> tuple[Actor, Case]:
    by = actor(request)
    return by, cases.opened(key, by)


def _type(code: str) -> Type:
    return _named(Type.objects.all(), "type", code=code)


def _line(code: str) -> Line:
    return _named(Line.objects.all(), "line", code=code)


def _other(key: UUID, at: str, by: Actor) -> Case:
    return _named(access.visible(Case.objects.all(), by), at, pk=key)


def _named(rows: QuerySet[M], at: str, **key: Any) -> M:
    """The row that a value of the body names. Raises Unfit."""
    found = rows.filter(**key).first()
    if found is None:
        raise Unfit(f"body.{at}", "not_found")
    return found
