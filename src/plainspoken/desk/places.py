"""Addresses of the desk that keep the list beside them as it was: its filter, order and page."""

from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from plainspoken.cases.models import Case
from plainspoken.desk import narrowing
from plainspoken.kernel import access
from plainspoken.ui.request import Request

NO_KEY = UUID(int=0)
KEPT = (*narrowing.ASKED, "after", "before")


def to(request: Request, name: str, *keys: UUID | str) -> str:
    """The address of that name, with what the list was asked for."""
    return reverse(name, args=keys) + _kept(request)


def around(request: Request, name: str) -> tuple[str, str]:
    """The same for many keys: what stands before the one key of the address, and after it."""
    before, after = reverse(name, args=[NO_KEY]).split(str(NO_KEY))
    return before, after + _kept(request)


def _kept(request: Request) -> str:
    kept = {key: request.GET[key] for key in KEPT if key in request.GET}
    return f"?{urlencode(kept)}" if kept else ""


def of(request: Request, conversation: UUID) -> str:
    """Where a conversation is worked on: at its newest case that the reader may see, else by itself."""
    assert request.reader.actor
    cases = access.visible(Case.objects.filter(conversation=conversation), request.reader.actor)
    newest = cases.order_by("-received_at", "-id").first()
    return to(request, "desk.case", newest.pk) if newest else to(request, "desk.conversation", conversation)
