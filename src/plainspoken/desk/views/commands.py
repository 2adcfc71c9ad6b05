"""The command bar: what may be done where the reader is, and what has that number or name."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from plainspoken.desk import commands
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request

WORDS_CHARACTERS_MAX = 100


@require_safe
@staff
def index(request: Request) -> HttpResponse:
    context = {"groups": commands.groups(request, actor(request))}
    return respond.respond(
        request, page="desk/commands.html", fragment="desk/commands/_groups.html", context=context
    )


@require_safe
@staff
def find(request: Request) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:WORDS_CHARACTERS_MAX]
    context = {"commands": commands.found(words, actor(request)) if words else [], "group": "found"}
    return respond.respond(
        request, page="desk/commands/_found.html", fragment="desk/commands/_found.html", context=context
    )
