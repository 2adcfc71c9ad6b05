"""Judging type and business line, and correcting it."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from plainspoken.cases.actions import triage as actions
from plainspoken.desk import dialogs, forms, opened, places
from plainspoken.desk.dialogs import Dialog
from plainspoken.organization.request import actor, staff
from plainspoken.ui.request import Request

TRIAGE = Dialog(
    "cases.inquiry.triage",
    _("Triage"),
    _("Confirm"),
    _("What is suggested was found by words in the message. You decide."),
)
RECLASSIFY = Dialog("cases.inquiry.reclassify", _("Reclassify"), _("Correct"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def triage(request: Request, pk: UUID) -> HttpResponse:
    case, by = opened.case(request, pk), actor(request)
    suggested = {"type": case.suggested_type_id, "line": case.suggested_line_id}
    form = forms.Judged(dialogs.given(request), initial=suggested)
    to = places.to(request, "desk.case", pk)
    return dialogs.ask(request, TRIAGE, form, lambda given: actions.triage(case, by=by, **given), to=to)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def reclassify(request: Request, pk: UUID) -> HttpResponse:
    case, by = opened.case(request, pk), actor(request)
    form = forms.Judged(dialogs.given(request), initial={"type": case.type_id, "line": case.line_id})
    to = places.to(request, "desk.case", pk)
    return dialogs.ask(
        request, RECLASSIFY, form, lambda given: actions.reclassify(case, by=by, **given), to=to
    )
