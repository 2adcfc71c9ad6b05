"""The queue: taking the case that waits longest."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plainspoken.cases.actions import ownership
from plainspoken.desk import dialogs, places
from plainspoken.desk.queries import inbox
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_POST
@staff
def take_next(request: Request) -> HttpResponse:
    by = actor(request)
    unit = inbox.queue_to_serve(by)
    if unit is None:
        dialogs.allowed(request, "cases.queue.take_next")
    case = ownership.take_next(unit, by=by) if unit else None
    if case is None:
        messages.info(request, _("Nothing waits in your queue."))
        return respond.go(request, places.to(request, "desk.inbox"))
    return respond.go(request, places.to(request, "desk.case", case.pk))
