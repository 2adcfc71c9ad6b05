"""The list of cases with its filters."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from plainspoken.desk.queries import inbox
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_safe
@staff
def show(request: Request) -> HttpResponse:
    context = {"inbox": inbox.read(request, actor(request))}
    return respond.respond(request, page="desk/inbox.html", fragment="desk/_list.html", context=context)
