"""The scripts that fit, to be put into what is being written."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from plainspoken.cases.models import Case
from plainspoken.conversations.models import Conversation
from plainspoken.desk import opened, places, scripts
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_safe
@staff
def in_case(request: Request, pk: UUID) -> HttpResponse:
    case = opened.case(request, pk)
    return _choose(request, case.conversation, case, places.to(request, "desk.case", pk))


@require_safe
@staff
def in_conversation(request: Request, pk: UUID) -> HttpResponse:
    return _choose(
        request, opened.conversation(request, pk), None, places.to(request, "desk.conversation", pk)
    )


def _choose(request: Request, conversation: Conversation, case: Case | None, back: str) -> HttpResponse:
    looked_for = request.GET.get("q", "")
    found = scripts.usable(conversation, case, actor(request), looked_for)
    shown = {"scripts": found, "looked_for": looked_for, "back": back, "inner": "desk/_scripts.html"}
    fragment = "desk/_scripts_found.html" if "q" in request.GET else "desk/_scripts.html"
    if "pick" in request.GET:
        fragment = "desk/_scripts_picked.html"
    return respond.respond(request, page="desk/dialog.html", fragment=fragment, context=shown)
