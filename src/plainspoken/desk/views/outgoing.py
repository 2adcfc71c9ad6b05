"""A message on its way out: how it stands, taking it back, and deciding what happened when nobody knows."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from plainspoken.conversations.actions import outgoing, send
from plainspoken.desk import opened, places
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_safe
@staff
def show(request: Request, pk: UUID) -> HttpResponse:
    """The line under the message; its screen is told when it has left, and asks here when it was not."""
    row = opened.outgoing(request, pk)
    mine = row.message.author_id == actor(request).id
    shown = {"outgoing": row, "mine": mine, "inner": "desk/_outgoing.html"}
    return respond.respond(request, page="desk/dialog.html", fragment="desk/_outgoing.html", context=shown)


@require_POST
@staff
def undo(request: Request, pk: UUID) -> HttpResponse:
    return _act(request, pk, send.undo)


@require_POST
@staff
def confirm(request: Request, pk: UUID) -> HttpResponse:
    return _act(request, pk, outgoing.confirm)


@require_POST
@staff
def send_again(request: Request, pk: UUID) -> HttpResponse:
    return _act(request, pk, outgoing.send_again)


def _act(request: Request, pk: UUID, action: Callable[..., Any]) -> HttpResponse:
    row = opened.outgoing(request, pk)
    action(row, by=actor(request))
    return respond.go(request, places.of(request, row.message.conversation_id))
