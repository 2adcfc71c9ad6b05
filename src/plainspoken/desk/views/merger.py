"""Merging a case, or a conversation that has none, into a case of the same customer, and bringing it back."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from plainspoken.cases.actions import joining, merging
from plainspoken.desk import dialogs, forms, opened, places
from plainspoken.desk.dialogs import Dialog
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request

MERGE = Dialog(
    "cases.inquiry.merge",
    _("Merge"),
    _("Merge"),
    _(
        "What was said here is read there from now on. What was promised here stays promised. It can be undone."
    ),
)
JOIN = replace(MERGE, code="cases.conversation.join")


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def merge(request: Request, pk: UUID) -> HttpResponse:
    case, by = opened.case(request, pk), actor(request)
    form = forms.Merged(dialogs.given(request), about=case, by=by)
    to = places.to(request, "desk.case", pk)
    return dialogs.ask(request, MERGE, form, lambda given: merging.merge(case, by=by, **given), to=to)


@require_POST
@staff
def unmerge(request: Request, pk: UUID) -> HttpResponse:
    merging.unmerge(opened.case(request, pk), by=actor(request))
    return respond.go(request, places.to(request, "desk.case", pk))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def join(request: Request, pk: UUID) -> HttpResponse:
    conversation, by = opened.conversation(request, pk), actor(request)
    form = forms.Merged(dialogs.given(request), about=conversation, by=by)
    to = places.to(request, "desk.conversation", pk)
    return dialogs.ask(request, JOIN, form, lambda given: joining.join(conversation, by=by, **given), to=to)


@require_POST
@staff
def part(request: Request, pk: UUID) -> HttpResponse:
    joining.part(opened.conversation(request, pk), by=actor(request))
    return respond.go(request, places.to(request, "desk.conversation", pk))
