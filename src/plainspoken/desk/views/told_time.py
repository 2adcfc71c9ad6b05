"""Telling the customer when the answer comes."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from plainspoken.cases.actions import answering
from plainspoken.content.models import Script
from plainspoken.desk import dialogs, forms, opened, places, scripts, told
from plainspoken.desk.dialogs import Dialog
from plainspoken.organization.request import actor, staff
from plainspoken.ui.request import Request

TELL = Dialog(
    "cases.inquiry.tell_time",
    _("Tell the time"),
    _("Send"),
    _("What the customer is told is a promise: it is measured."),
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def tell(request: Request, pk: UUID) -> HttpResponse:
    case, by = opened.case(request, pk), actor(request)
    words = scripts.for_scene(Script.Scene.TOLD_TIME, case.conversation, case, by)
    initial = {"told_at": told.suggested(case), "text": words, **told.seen(case)}
    form = forms.ToldTime(dialogs.given(request), initial=initial)
    to = places.to(request, "desk.case", pk)
    return dialogs.ask(
        request, TELL, form, lambda given: answering.tell_time(case, by=by, **told.filled(case, given)), to=to
    )
