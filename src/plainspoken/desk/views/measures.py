"""How well it goes: every measure for a period, its parts, and the records behind each figure."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from plainspoken.desk import asked, figures, measured
from plainspoken.desk.queries import records
from plainspoken.kernel import measures
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond, tables
from plainspoken.ui.request import Request


@require_safe
@staff
def index(request: Request) -> HttpResponse:
    by = actor(request)
    question, form = asked.read(request.GET.dict())
    shown = measured.Measured(question, request.GET.get("by", ""), by)
    page = tables.page_by_place(shown.parts.keys, request)
    context = {"form": form, "shown": shown, "page": page, "rows": shown.parts.rows(page.rows)}
    status = 422 if form.errors else 200
    return respond.respond(
        request,
        page="desk/measures.html",
        fragment="desk/measures/_figures.html",
        context=context,
        status=status,
    )


@require_safe
@staff
def behind(request: Request, code: str) -> HttpResponse:
    """The records behind a figure."""
    if code not in measures.measures:
        raise Http404
    by, (question, form) = actor(request), asked.read(request.GET.dict())
    counts = {"yes": True, "no": False}.get(request.GET.get("counts", ""))
    page = tables.page_by_key(records.cases(code, question, by, counts=counts), request, records.KEYS)
    (cell,) = figures.cells(question, by, [code])
    context = {
        "form": form,
        "page": page,
        "rows": records.told(page.rows, code, question, by, counts=counts),
        "shown": measured.Measured(question, "", by),
        "cell": cell,
    }
    return respond.respond(
        request, page="desk/records.html", fragment="desk/measures/_records.html", context=context
    )
