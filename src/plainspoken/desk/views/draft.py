"""What is typed is kept as it is typed, and goes along when the composer changes its mode."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from plainspoken.cases.models import Case
from plainspoken.conversations.actions import drafts
from plainspoken.conversations.models import Conversation
from plainspoken.desk import opened, places
from plainspoken.desk.screen import Screen
from plainspoken.kernel import presence
from plainspoken.kernel.errors import Refused
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request

NO_DRAFT = "none"


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
    by, text, mode = actor(request), request.POST.get("text", ""), request.POST.get("mode", "")
    screen = Screen(request, conversation, case, mode=mode)
    try:
        draft = drafts.save_draft(conversation, by=by, text=text, over=_over(request))
    except Refused as refused:
        return _two_texts(request, screen, text, refused)
    presence.type_at(conversation.pk, by.id) if draft else presence.rest(conversation.pk, by.id)
    if not respond.wants_fragment(request):
        return respond.go(request, to + (f"{'&' if '?' in to else '?'}mode={mode}" if mode else ""))
    shown = {"kept": draft, "version": drafts.version(draft), "screen": screen}
    fragment = "desk/_composer.html" if mode else "desk/_draft_kept.html"
    return respond.respond(request, page="desk/conversation.html", fragment=fragment, context=shown)


def _over(request: Request) -> str | None:
    """The version the text was typed over, or the one that the person has chosen to give up."""
    chosen = request.POST.get("over")
    return chosen.removeprefix(NO_DRAFT) if chosen else request.POST.get("draft")


def _two_texts(request: Request, screen: Screen, text: str, refused: Refused) -> HttpResponse:
    """Another device has kept a text since: the one typed here stays where it is, and the person chooses."""
    composed = screen.composer
    if composed.mode:
        form = composed.mode.form(initial={"text": text})
        screen.composer = replace(composed, form=form)
    shown = {
        "screen": screen,
        "conflict": refused.message,
        "version": request.POST.get("draft", ""),
        "kept": composed.draft,
        "theirs": composed.version or NO_DRAFT,
    }
    fragment = "desk/_composer.html" if request.POST.get("mode") else "desk/_draft_kept.html"
    return respond.invalid(request, page="desk/conversation.html", fragment=fragment, context=shown)
