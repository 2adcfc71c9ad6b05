"""The firm's tags: set up, changed, retired."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.cases.actions import tags
from plainspoken.cases.models import Tag
from plainspoken.desk import dialogs, tag_forms
from plainspoken.desk.dialogs import Dialog
from plainspoken.organization.models import Firm
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request

NEW = Dialog("cases.tag.put", _("New tag"), _("Set up"))
CHANGE = Dialog(
    "cases.tag.put",
    _("Change the tag"),
    _("Save"),
    _("One that was retired is in use again when it is saved."),
)
TAGS_MAX = 500


@require_safe
@staff
def index(request: Request) -> HttpResponse:
    if not actor(request).may("cases.tag.put"):
        raise PermissionDenied
    rows = Tag.objects.annotate(cases=Count("tagging")).order_by("code")[:TAGS_MAX]
    return respond.respond(
        request, page="desk/tags.html", fragment="desk/tags/_list.html", context={"rows": rows}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: Request) -> HttpResponse:
    form, by = tag_forms.New(dialogs.given(request)), actor(request)
    firm, to = Firm.objects.get(), reverse("desk.tags")
    return dialogs.ask(request, NEW, form, lambda given: tags.put(firm, by=by, **given), to=to)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def change(request: Request, pk: UUID) -> HttpResponse:
    tag, by = get_object_or_404(Tag, pk=pk), actor(request)
    shown = {"name_zh": tag.name_zh, "name_en": tag.name_en, "colour": tag.colour}
    form = tag_forms.Changed(dialogs.given(request), initial=shown)
    firm, to = Firm.objects.get(), reverse("desk.tags")
    return dialogs.ask(
        request, CHANGE, form, lambda given: tags.put(firm, by=by, code=tag.code, **given), to=to
    )


@require_POST
@staff
def retire(request: Request, pk: UUID) -> HttpResponse:
    tags.retire(get_object_or_404(Tag, pk=pk), by=actor(request))
    return respond.go(request, reverse("desk.tags"))
