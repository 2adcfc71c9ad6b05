"""Looking for words, with the operators of the search field."""

from django.http import HttpRequest
from ninja import Query, Router, Schema

from plainspoken.api import problems, shapes
from plainspoken.api.door import actor
from plainspoken.api.problems import Unfit
from plainspoken.api.values import Cursor, Looked
from plainspoken.desk import asking
from plainspoken.desk.queries import hits

router = Router(tags=["search"])


class SearchAsked(Schema):
    """`q` as in the search field: words, "words together", -without, state:answered and the like."""

    q: Looked
    after: Cursor = ""
    before: Cursor = ""


@router.get("/", response={200: shapes.Found, **problems.told()}, summary="Search", url_name="search")
def find(request: HttpRequest, asked: Query[SearchAsked]) -> shapes.Found:
    """Messages that have the words, newest first, and cases and customers of that number or name."""
    problems.only(request, *SearchAsked.model_fields)
    found = hits.find(asking.read(asked.q.strip()), actor(request), request)
    if found.wrong:
        raise Unfit(f"query.q.{found.wrong[0].condition.name}", "not_offered")
    return shapes.Found(
        cases=[shapes.CustomerNamed(id=one.pk, number=one.number, name=one.subject) for one in found.cases],
        customers=[shapes.customer_named(one) for one in found.customers],
        items=[_hit(one) for one in found.hits],
        next=found.page.next if found.page else "",
        previous=found.page.previous if found.page else "",
    )


def _hit(hit: hits.Hit) -> shapes.Hit:
    return shapes.Hit(
        message=hit.message.pk,
        kind=hit.message.kind,
        at=hit.message.at,
        subject="".join(part.text for part in hit.subject),
        text="".join(part.text for part in hit.parts),
        case=hit.case.pk if hit.case else None,
        number=hit.case.number if hit.case else None,
    )
