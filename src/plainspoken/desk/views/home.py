"""The first page."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from plainspoken.desk.home import Home
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_safe
@staff
def show(request: Request) -> HttpResponse:
    context = {"home": Home(actor(request), request.GET.get("by", ""))}
    return respond.respond(request, page="desk/home.html", fragment="desk/home/_home.html", context=context)
