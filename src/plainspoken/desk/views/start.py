"""Writing first."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from plainspoken.conversations.actions import send, start
from plainspoken.conversations.models import Message
from plainspoken.desk import dialogs, forms, places
from plainspoken.desk.queries import recipients
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.organization.request import actor, staff
from plainspoken.ui import problems, respond
from plainspoken.ui.request import Request

CODES = ("conversations.start", "conversations.write_first")


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def write(request: Request) -> HttpResponse:
    by, refusal = actor(request), None
    dialogs.allowed(request, *CODES)
    form = forms.Started(dialogs.given(request), request.FILES or None, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            message = _start(form.cleaned_data, by)
        except Refused as refused:
            refusal = problems.of(refused)
        else:
            return respond.go(request, places.to(request, "desk.conversation", message.conversation_id))
    status = 422 if form.errors or refusal else 200
    chosen = form.cleaned_data.get("to") if form.is_bound else None
    shown = {"form": form, "problem": refusal, "chosen": chosen, **_found(request)}
    return respond.respond(
        request, page="desk/start.html", fragment="desk/_start.html", context=shown, status=status
    )


@require_safe
@staff
def find(request: Request) -> HttpResponse:
    """Customers by name or number, as choices of the form."""
    dialogs.allowed(request, *CODES)
    shown = {**_found(request), "inner": "desk/_recipients.html"}
    return respond.respond(request, page="desk/dialog.html", fragment="desk/_recipients.html", context=shown)


def _start(given: dict[str, Any], by: Actor) -> Message:
    """To a contact point of a customer, or to an address."""
    to, address = given.pop("to"), given.pop("address")
    if to:
        return send.start(given.pop("mailbox"), by=by, to=to, **given)
    return start.write_first(given.pop("mailbox"), by=by, address=address, **given)


def _found(request: Request) -> dict[str, Any]:
    words = request.GET.get("q", "").strip()
    return {"looked_for": words, "found": recipients.find(words, actor(request))}
