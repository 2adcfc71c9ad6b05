"""Closing a case whose customer has the answer, and opening it again."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from plainspoken.cases.actions import follow_up
from plainspoken.cases.models import Closure, Reopening
from plainspoken.desk import opened, places, stepping
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@require_POST
@staff
def close(request: Request, pk: UUID) -> HttpResponse:
    case = opened.case(request, pk)
    onward = stepping.onward(request, case)
    follow_up.close(case, by=actor(request), how=Closure.How.BY_OWNER)
    return respond.go(request, onward)


@require_POST
@staff
def reopen(request: Request, pk: UUID) -> HttpResponse:
    follow_up.reopen(opened.case(request, pk), by=actor(request), how=Reopening.How.BY_STAFF)
    return respond.go(request, places.to(request, "desk.case", pk))
