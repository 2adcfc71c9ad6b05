"""An address or number in clear, for a purpose that is kept."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from plainspoken.customers import actions
from plainspoken.customers.models import ContactPoint, Identifier
from plainspoken.desk import dialogs, forms, opened
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def contact_point(request: Request, pk: UUID) -> HttpResponse:
    point = get_object_or_404(ContactPoint, pk=pk)
    opened.customer(request, point.customer_id)
    form = forms.Revealed(dialogs.given(request))
    if not form.is_valid():
        dialogs.allowed(request, "customers.contact_point.reveal")
        return _answer(request, point, form)
    return _answer(request, point, form, actions.reveal(point, by=actor(request), **form.cleaned_data))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def identifier(request: Request, pk: UUID) -> HttpResponse:
    row = get_object_or_404(Identifier, pk=pk)
    opened.customer(request, row.customer_id)
    form = forms.Revealed(dialogs.given(request))
    if not form.is_valid():
        dialogs.allowed(request, "customers.identifier.reveal")
        return _answer(request, row, form)
    return _answer(request, row, form, actions.reveal_identifier(row, by=actor(request), **form.cleaned_data))


def _answer(
    request: Request, row: ContactPoint | Identifier, form: forms.Revealed, value: str = ""
) -> HttpResponse:
    """The question, or the value: shown once and kept nowhere."""
    shown = {"row": row, "form": form, "value": value, "inner": "desk/_reveal.html"}
    status = 422 if form.errors else 200
    response = respond.respond(
        request, page="desk/dialog.html", fragment="desk/_reveal.html", context=shown, status=status
    )
    response.headers["Cache-Control"] = "no-store"
    return response
