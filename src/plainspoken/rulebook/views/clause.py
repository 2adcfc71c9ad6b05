"""One clause: what it asks, and for each duty the controls, tests and evidence."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from plainspoken.law.clauses import UnknownNumber
from plainspoken.organization.request import administers
from plainspoken.rulebook import chapters, standing, tested
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_safe
@administers("rulebook.read")
def show(request: Request, number: str) -> HttpResponse:
    try:
        found = standing.clause(number)
    except UnknownNumber as error:
        raise Http404 from error
    context = {
        "clause": chapters.told(found),
        "tested": tested.tested(),
        "days": standing.EVIDENCE_DAYS,
        "sees_ledger": request.reader.may("ledger.verify"),
    }
    return respond.respond(
        request, page="rulebook/clause.html", fragment="rulebook/_clause.html", context=context
    )
