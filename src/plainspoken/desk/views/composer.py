"""Writing: one address for each action that says something, all from the composer of the open conversation."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from plainspoken.cases.models import Case
from plainspoken.conversations.models import Conversation
from plainspoken.desk import composer, dialogs, opened, places
from plainspoken.desk.composer import MODES, Mode
from plainspoken.desk.forms import Said
from plainspoken.desk.queries import thread
from plainspoken.desk.screen import Screen
from plainspoken.kernel.errors import Refusal, Refused, WrongState
from plainspoken.organization.request import actor, staff
from plainspoken.ui import problems, respond
from plainspoken.ui.request import Request


@require_POST
@staff
def in_case(request: Request, pk: UUID, code: str) -> HttpResponse:
    case = opened.case(request, pk)
    return _say(request, case.conversation, case, MODES[code], places.to(request, "desk.case", pk))


@require_POST
@staff
def in_conversation(request: Request, pk: UUID, code: str) -> HttpResponse:
    conversation = opened.conversation(request, pk)
    return _say(request, conversation, None, MODES[code], places.to(request, "desk.conversation", pk))


def _say(
    request: Request, conversation: Conversation, case: Case | None, mode: Mode, to: str
) -> HttpResponse:
    """Say it and go on; what cannot be said comes back with its words, and why."""
    refusal = None
    form = mode.form(request.POST, request.FILES)
    if form.is_valid():
        subject = case if case and mode.about == "case" else conversation
        try:
            mode.act(subject, by=actor(request), **form.cleaned_data)
        except (Refused, WrongState) as refused:
            refusal = refused
        else:
            return respond.go(request, to)
    else:
        dialogs.allowed(request, mode.code)
    return _back(request, Screen(request, conversation, case), mode, form, refusal)


def _back(request: Request, screen: Screen, mode: Mode, form: Said, refusal: Refusal | None) -> HttpResponse:
    """The words again, with what was said meanwhile; as the case stands now."""
    by = actor(request)
    if screen.case:
        screen.case.refresh_from_db()
    screen.composer = composer.again(screen.conversation, screen.case, screen.modes, mode, form, by)
    problem = problems.of(refusal) if refusal else None
    news = thread.news(screen.conversation, form.cleaned_data.get("seen"), by) if refusal else []
    shown = {"screen": screen, "problem": problem, "news": news}
    return respond.respond(
        request,
        page="desk/conversation.html",
        fragment="desk/_composer.html",
        context=shown,
        status=problem.status if problem else 422,
    )
