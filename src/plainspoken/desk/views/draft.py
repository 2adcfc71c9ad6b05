"""What is typed is kept as it is typed, and goes along when the composer changes its mode."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from plainspoken.cases.models import Case
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Conversation
from plainspoken.desk import opened, places
from plainspoken.desk.screen import Screen
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_POST
@staff
def in_case(request: Request, pk: UUID) -> HttpResponse:
    case = opened.case(request, pk)
    return _keep(request, case.conversation, case, places.to(request, "desk.case", pk))


@require_POST
@staff
def in_conversation(request: Request, pk: UUID) -> HttpResponse:
    return _keep(request, opened.conversation(request, pk), None, places.to(request, "desk.conversation", pk))


def _keep(request: Request, conversation: Conversation, case: Case | None, to: str) -> HttpResponse:
    """Without a mode it is the browser keeping what is typed; with one the composer is drawn anew in that mode."""
    draft = send.save_draft(conversation, by=actor(request), text=request.POST.get("text", ""))
    mode = request.POST.get("mode", "")
    if not respond.wants_fragment(request):
        return respond.go(request, to + (f"{'&' if '?' in to else '?'}mode={mode}" if mode else ""))
    shown = {"draft": draft, "screen": Screen(request, conversation, case, mode=mode)}
    fragment = "desk/_composer.html" if mode else "desk/_draft_kept.html"
    return respond.respond(request, page="desk/conversation.html", fragment=fragment, context=shown)
