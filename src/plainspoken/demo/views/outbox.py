"""Mail that left to the folder, as the customer gets it. A demo only: whoever is signed in sees all of it."""

import re
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from plainspoken.channels.email.parse import parse
from plainspoken.conversations.models import Outgoing
from plainspoken.kernel import blobs
from plainspoken.organization.request import signed_in
from plainspoken.ui import tables
from plainspoken.ui.request import Request
from plainspoken.ui.respond import respond

View = Callable[..., HttpResponse]
LINK = re.compile(r"(https?://[!-~]+)")


def in_a_demo(view: View) -> View:
    @wraps(view)
    def guarded(request: Request, *args: object, **given: object) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **given)

    return guarded


@require_safe
@signed_in
@in_a_demo
def index(request: Request) -> HttpResponse:
    rows = tables.page_by_key(_left(), request, ("-left_at", "-id"))
    return respond(request, page="demo/outbox.html", fragment="demo/_mails.html", context={"rows": rows})


@require_safe
@signed_in
@in_a_demo
def show(request: Request, pk: UUID) -> HttpResponse:
    outgoing = get_object_or_404(_left().select_related("sent"), pk=pk)
    assert outgoing.sent, "What has left has its bytes."
    mail = parse(blobs.read(outgoing.sent))
    context = {"mail": mail, "pieces": pieces(mail.text)}
    return respond(request, page="demo/mail.html", fragment="demo/_mail.html", context=context)


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text cut at its links, which may stand right behind Chinese words; True for a link."""
    return [(piece, bool(number % 2)) for number, piece in enumerate(LINK.split(text)) if piece]


def _left() -> QuerySet[Outgoing]:
    """What went to the folder because its mailbox has no server."""
    rows = Outgoing.objects.filter(left_at__isnull=False, sent__isnull=False)
    return rows.filter(message__conversation__mailbox__smtp_host="").select_related("message", "to")
