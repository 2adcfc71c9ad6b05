"""The bell: what happened that the reader was told of."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from plainspoken.desk.queries import notices, waiting
from plainspoken.organization.request import actor, person, staff
from plainspoken.ui import respond, tables
from plainspoken.ui.request import Request
from plainspoken.work import actions
from plainspoken.work.models import Notice


@require_safe
@staff
def index(request: Request) -> HttpResponse:
    by = actor(request)
    page = tables.page_by_key(Notice.objects.filter(person=by.id), request, notices.KEYS)
    context = {"page": page, "rows": notices.told(page.rows, by), "unseen": waiting.of(request).notices}
    return respond.respond(request, page="desk/bell.html", fragment="desk/bell/_list.html", context=context)


@require_POST
@staff
def see(request: Request) -> HttpResponse:
    """All that has rung until now."""
    actions.see(person(request), by=actor(request))
    return respond.go(request, reverse("desk.bell"))
