"""A question before something is done: a dialog under htmx, a page of its own without."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse

from plainspoken.kernel.errors import PermissionDenied, Refused, Text
from plainspoken.organization.request import actor
from plainspoken.ui import problems, respond
from plainspoken.ui.request import Request


@dataclass(frozen=True, slots=True)
class Dialog:
    """`code` names the action, if it is one; `button` says what happens; `tone` is the class of that button."""

    code: str
    title: Text
    button: Text
    lead: Text = ""
    tone: str = "btn-primary"
    template: str = "desk/_dialog.html"


def ask(
    request: Request,
    dialog: Dialog,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    *,
    to: str,
    **context: Any,
) -> HttpResponse:
    """Show the form, or do what it says and go on; a refused rule comes back beside what was filled in.

    Who may not do it is not asked either; that a filled form came all the same, the action itself notes.
    """
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refused:
            refusal = problems.of(refused)
        else:
            return respond.go(request, to)
    else:
        allowed(request, dialog.code)
    status = 422 if form.errors or refusal else 200
    shown = {
        "dialog": dialog,
        "form": form,
        "problem": refusal,
        "back": to,
        "inner": dialog.template,
        **context,
    }
    return respond.respond(
        request, page="desk/dialog.html", fragment=dialog.template, context=shown, status=status
    )


def allowed(request: Request, *codes: str) -> None:
    """Refuse whoever may do none of it; to do nothing needs no permission."""
    if any(codes) and not any(map(actor(request).may, codes)):
        raise PermissionDenied(codes[0])


def given(request: Request) -> Any:
    """The data of a form that was sent, None for one that is shown first."""
    return request.POST if request.method == "POST" else None
