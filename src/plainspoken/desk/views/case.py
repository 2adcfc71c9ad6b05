"""One case: list, conversation, context."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from plainspoken.desk import opened, places
from plainspoken.desk.screen import Screen
from plainspoken.organization.request import staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_safe
@staff
def show(request: Request, pk: UUID) -> HttpResponse:
    case = opened.case(request, pk)
    screen = Screen(request, case.conversation, case)
    return respond.respond(
        request, page="desk/conversation.html", fragment="desk/_panes.html", context={"screen": screen}
    )


@require_safe
@staff
def earlier(request: Request, pk: UUID, message: UUID) -> HttpResponse:
    """The messages before one; without htmx the whole of them."""
    case = opened.case(request, pk)
    screen = Screen(request, case.conversation, case)
    if not respond.wants_fragment(request):
        to = places.to(request, "desk.case", pk)
        return respond.go(request, f"{to}{'&' if '?' in to else '?'}whole=1")
    shown = {"screen": screen, "thread": screen.earlier(message)}
    return respond.respond(
        request, page="desk/conversation.html", fragment="desk/_thread.html", context=shown
    )
