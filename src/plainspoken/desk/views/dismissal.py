"""Finding that something is no inquiry, and taking that back."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from plainspoken.cases.actions import triage
from plainspoken.desk import dialogs, forms, opened, places
from plainspoken.desk.dialogs import Dialog
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request

DISMISS = Dialog(
    "cases.inquiry.dismiss",
    _("No inquiry"),
    _("Dismiss"),
    _("It leaves the queue and every measure; the reason stays."),
    tone="btn-danger",
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def dismiss(request: Request, pk: UUID) -> HttpResponse:
    case, by = opened.case(request, pk), actor(request)
    form = forms.Dismissed(dialogs.given(request), by=by)
    to = places.to(request, "desk.case", pk)
    return dialogs.ask(request, DISMISS, form, lambda given: triage.dismiss(case, by=by, **given), to=to)


@require_POST
@staff
def restore(request: Request, pk: UUID) -> HttpResponse:
    triage.restore(opened.case(request, pk), by=actor(request))
    return respond.go(request, places.to(request, "desk.case", pk))
