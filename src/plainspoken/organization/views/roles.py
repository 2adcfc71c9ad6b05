"""Roles: what each allows, where it comes from and who has it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.organization import permissions, structure, structure_forms
from plainspoken.organization.actions import posts as actions
from plainspoken.organization.actions import second_factors
from plainspoken.organization.models import Firm, Role
from plainspoken.organization.request import actor, administers
from plainspoken.ui import respond, sheets
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page

PUT = "organization.role.put"
ROLES = _("Roles")
SHEET = "organization/role_sheet.html"
SHIPPED = _("As this release ships it. Once it is changed here, a new release leaves it as it is.")


@require_safe
@administers(PUT)
def index(request: Request) -> HttpResponse:
    return render(request, "organization/roles.html", {"rows": structure.role_rows()})


@require_safe
@administers(PUT)
def show(request: Request, pk: UUID) -> HttpResponse:
    role = get_object_or_404(Role, pk=pk)
    context = {
        "role": role,
        "origin": structure.origin(role),
        "groups": permissions.labelled(role.permissions),
        "holders": structure.holders(role),
        "may_demand": actor(request).may("organization.role.demand_second_factor"),
    }
    return render(request, "organization/role.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def add(request: Request) -> HttpResponse:
    form = structure_forms.RoleForm(sheets.given(request), role=None)
    back = reverse("organization.roles")
    return _put(request, Page(str(_("New role")), _("Add the role"), back, ROLES, template=SHEET), form)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def change(request: Request, pk: UUID) -> HttpResponse:
    role = get_object_or_404(Role, pk=pk)
    form = structure_forms.RoleForm(sheets.given(request), role=role)
    lead = SHIPPED if role.shipped else ""
    back = reverse("organization.role", args=[pk])
    return _put(request, Page(str(_("Edit role")), _("Save"), back, role.name, lead, template=SHEET), form)


@require_POST
@administers("organization.role.demand_second_factor")
def demand(request: Request, pk: UUID) -> HttpResponse:
    """Whether the role demands a second factor: a switch of the firm's own, which a new release leaves alone."""
    role = get_object_or_404(Role, pk=pk)
    second_factors.demand(role, by=actor(request), demanded="on" in request.POST)
    return respond.go(request, reverse("organization.role", args=[pk]))


def _put(request: Request, page: Page, form: structure_forms.RoleForm) -> HttpResponse:
    firm, by = Firm.objects.get(), actor(request)
    return sheets.fill(
        request, page, form, lambda given: actions.put_role(firm, by=by, **given), to=page.back
    )
