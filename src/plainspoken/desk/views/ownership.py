"""Who answers for a case."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from plainspoken.cases.actions import ownership
from plainspoken.desk import dialogs, forms, opened, places
from plainspoken.desk.dialogs import Dialog
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request

ASSIGN = Dialog(
    "cases.inquiry.assign",
    _("Assign"),
    _("Assign"),
    _("Only colleagues with a valid certificate for customer contact are listed."),
)


@require_POST
@staff
def take(request: Request, pk: UUID) -> HttpResponse:
    ownership.take(opened.case(request, pk), by=actor(request))
    return respond.go(request, places.to(request, "desk.case", pk))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def assign(request: Request, pk: UUID) -> HttpResponse:
    case, by = opened.case(request, pk), actor(request)
    form = forms.Assigned(dialogs.given(request), case=case)
    to = places.to(request, "desk.case", pk)
    return dialogs.ask(request, ASSIGN, form, lambda given: ownership.assign(case, by=by, **given), to=to)
