"""What is due: the running deadlines in the reader's sight, by time."""

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from plainspoken.desk import tabs
from plainspoken.desk.queries import due
from plainspoken.desk.tabs import Choice
from plainspoken.kernel import deadlines
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond, tables
from plainspoken.ui.request import Request

WHOSE = {"mine": Choice(_("Mine"), due.mine), "units": Choice(_("My units"), due.of_units)}


@require_safe
@staff
def index(request: Request) -> HttpResponse:
    by = actor(request)
    whose = tabs.chosen(request, WHOSE)
    kind = request.GET.get("kind", "")
    only = Q(kind=kind) if kind in deadlines.kinds else Q()
    page = tables.page_by_key(due.running(by).filter(WHOSE[whose].condition(by), only), request, due.KEYS)
    context = {
        "page": page,
        "rows": due.told(page.rows),
        "tabs": tabs.tabs({code: choice.label for code, choice in WHOSE.items()}, whose),
        "kinds": tabs.tabs(
            {"": _("All kinds"), **{one.code: one.label for one in deadlines.kinds.values()}}, kind
        ),
        "whose": whose,
        "kind": kind,
    }
    return respond.respond(request, page="desk/due.html", fragment="desk/due/_list.html", context=context)
