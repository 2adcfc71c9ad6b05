"""Putting a tag on a case, and taking it off."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from plainspoken.cases.actions import tags
from plainspoken.cases.models import Tag
from plainspoken.desk import dialogs, opened, places, tag_forms
from plainspoken.desk.dialogs import Dialog
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request

TAG = Dialog("cases.tagging.put", _("Tag the case"), _("Tag"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def put(request: Request, pk: UUID) -> HttpResponse:
    case, by = opened.case(request, pk), actor(request)
    form = tag_forms.Tagged(dialogs.given(request))
    to = places.to(request, "desk.case", pk)
    return dialogs.ask(request, TAG, form, lambda given: tags.tag(case, by=by, **given), to=to)


@require_POST
@staff
def remove(request: Request, pk: UUID, code: str) -> HttpResponse:
    tags.untag(opened.case(request, pk), by=actor(request), tag=get_object_or_404(Tag, code=code))
    return respond.go(request, places.to(request, "desk.case", pk))
