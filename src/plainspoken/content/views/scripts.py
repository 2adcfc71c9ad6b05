"""Scripts: what may be said in a scene, in both languages."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.content import actions, shelf
from plainspoken.content.forms import ScriptForm
from plainspoken.content.models import Script
from plainspoken.organization.models import Firm
from plainspoken.organization.request import actor, administers
from plainspoken.ui import respond, sheets, tables
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page

PUT, RETIRE = "content.script.put", "content.script.retire"
SCRIPTS = _("Scripts")
SHEET = "content/script_sheet.html"
RETIRED = "retired"


@require_safe
@administers(PUT)
def index(request: Request) -> HttpResponse:
    words, scene = request.GET.get("q", "").strip(), request.GET.get("scene", "")
    found = shelf.find(scene, words, retired=scene == RETIRED)
    page = tables.page_by_key(found, request, shelf.KEYS)
    context = {
        "page": page,
        "rows": shelf.told(page.rows),
        "words": words,
        "scene": scene,
        "scenes": [("", _("All scenes")), *Script.Scene.choices, (RETIRED, _("Retired"))],
    }
    return render(request, "content/scripts.html", context)


@require_safe
@administers(PUT)
def show(request: Request, pk: UUID) -> HttpResponse:
    script = get_object_or_404(Script.objects.select_related("unit"), pk=pk)
    (told,) = shelf.told([script])
    context = {"told": told, "script": script, "sides": shelf.sides(script), "by_hand": shelf.by_hand(script)}
    return render(request, "content/script.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def add(request: Request) -> HttpResponse:
    form = ScriptForm(sheets.given(request), script=None)
    back = reverse("content.scripts")
    return _put(request, Page(str(_("New script")), _("Add the script"), back, SCRIPTS, template=SHEET), form)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def change(request: Request, pk: UUID) -> HttpResponse:
    """A retired script that is saved may be used again."""
    script = get_object_or_404(Script, pk=pk)
    form = ScriptForm(sheets.given(request), script=script)
    back = reverse("content.script", args=[pk])
    lead = _("It is retired: once saved it may be used again.") if script.retired_at else ""
    page = Page(str(_("Edit script")), _("Save"), back, _("Script"), lead, template=SHEET)
    return _put(request, page, form)


@require_POST
@administers(RETIRE)
def retire(request: Request, pk: UUID) -> HttpResponse:
    actions.retire(get_object_or_404(Script, pk=pk), by=actor(request))
    return respond.go(request, reverse("content.script", args=[pk]))


def _put(request: Request, page: Page, form: ScriptForm) -> HttpResponse:
    firm, by = Firm.objects.get(), actor(request)
    return sheets.fill(request, page, form, lambda given: actions.put(firm, by=by, **given), to=page.back)
