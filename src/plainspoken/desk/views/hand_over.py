"""Asking a department inside the case."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from plainspoken.cases.actions import hand_over as actions
from plainspoken.desk import dialogs, forms, opened, places, told
from plainspoken.desk.dialogs import Dialog
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request

HAND_OVER = Dialog(
    "cases.inquiry.hand_over",
    _("Hand over"),
    _("Hand over"),
    _("The department answers inside the case; you stay its owner."),
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def hand_over(request: Request, pk: UUID) -> HttpResponse:
    case, by = opened.case(request, pk), actor(request)
    form = forms.HandedOver(
        dialogs.given(request), case=case, initial={**told.proposal(case, by), **told.seen(case)}
    )
    to = places.to(request, "desk.case", pk)
    return dialogs.ask(
        request,
        HAND_OVER,
        form,
        lambda given: actions.hand_over(case, by=by, **told.filled(case, given)),
        to=to,
    )


@require_POST
@staff
def take_back(request: Request, pk: UUID) -> HttpResponse:
    actions.take_back(opened.case(request, pk), by=actor(request))
    return respond.go(request, places.to(request, "desk.case", pk))
