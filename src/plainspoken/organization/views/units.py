"""The firm's units, as the tree they are."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.organization import structure, structure_forms
from plainspoken.organization.actions import firm as actions
from plainspoken.organization.models import Firm, Unit
from plainspoken.organization.request import actor, administers
from plainspoken.ui import respond, sheets
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page

PUT, REMOVE, FOUND = "organization.unit.put", "organization.unit.remove", "organization.firm.found"
UNITS = _("Units")


@require_safe
@administers(PUT)
def index(request: Request) -> HttpResponse:
    context = {"firm": Firm.objects.get(), "rows": structure.units()}
    return render(request, "organization/units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def add(request: Request) -> HttpResponse:
    """Below the unit that `?below=` names."""
    below = Unit.objects.filter(code=request.GET.get("below", "")).first()
    form = structure_forms.UnitForm(sheets.given(request), unit=None, parent=below)
    page = Page(str(_("New unit")), _("Add the unit"), reverse("organization.units"), UNITS)
    return _put(request, page, form)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def change(request: Request, pk: UUID) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    form = structure_forms.UnitForm(sheets.given(request), unit=unit)
    remove = reverse(REMOVE, args=[pk]) if request.reader.may(REMOVE) else ""
    page = Page(
        unit.name,
        _("Save"),
        reverse("organization.units"),
        UNITS,
        remove=remove,
        remove_label=_("Remove unit"),
    )
    return _put(request, page, form)


@require_POST
@administers(REMOVE)
def remove(request: Request, pk: UUID) -> HttpResponse:
    actions.remove_unit(get_object_or_404(Unit, pk=pk), by=actor(request))
    return respond.go(request, reverse("organization.units"))


@require_http_methods(["GET", "HEAD", "POST"])
@administers(FOUND)
def found(request: Request) -> HttpResponse:
    firm, by = Firm.objects.get(), actor(request)
    form = structure_forms.FirmForm(sheets.given(request), firm=firm)
    page = Page(str(_("The firm's name")), _("Save"), reverse("organization.units"), UNITS)
    to = reverse("organization.units")
    return sheets.fill(
        request, page, form, lambda given: actions.found(firm, by=by, demo=firm.demo, **given), to=to
    )


def _put(request: Request, page: Page, form: structure_forms.UnitForm) -> HttpResponse:
    firm, by = Firm.objects.get(), actor(request)
    to = reverse("organization.units")
    return sheets.fill(request, page, form, lambda given: actions.put_unit(firm, by=by, **given), to=to)
