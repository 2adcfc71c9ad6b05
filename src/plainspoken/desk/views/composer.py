"""Writing: one address for each action that says something, all from the composer of the open conversation."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from plainspoken.cases.models import Case
from plainspoken.conversations.models import Conversation
from plainspoken.desk import opened, places
from plainspoken.desk.composer import MODES, Composer
from plainspoken.desk.screen import Screen
from plainspoken.kernel.errors import Refused
from plainspoken.organization.request import actor, staff
from plainspoken.ui import problems, respond
from plainspoken.ui.request import Request


@require_POST
@staff
def in_case(request: Request, pk: UUID, code: str) -> HttpResponse:
    case = opened.case(request, pk)
    return _say(request, case.conversation, case, code, places.to(request, "desk.case", pk))


@require_POST
@staff
def in_conversation(request: Request, pk: UUID, code: str) -> HttpResponse:
    conversation = opened.conversation(request, pk)
    return _say(request, conversation, None, code, places.to(request, "desk.conversation", pk))


def _say(request: Request, conversation: Conversation, case: Case | None, code: str, to: str) -> HttpResponse:
    """Say it and go on; what cannot be said comes back with its words, and why."""
    mode, refusal = MODES[code], None
    form = mode.form(request.POST, request.FILES)
    if form.is_valid():
        subject = case if case and mode.about == "case" else conversation
        try:
            mode.act(subject, by=actor(request), **form.cleaned_data)
        except Refused as refused:
            refusal = problems.of(refused)
        else:
            return respond.go(request, to)
    screen = Screen(request, conversation, case)
    screen.composer = Composer(screen.modes, mode, form, drafted=False)
    shown = {"screen": screen, "problem": refusal}
    return respond.invalid(
        request, page="desk/conversation.html", fragment="desk/_composer.html", context=shown
    )
