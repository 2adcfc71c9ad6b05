"""What inquiries are judged by: business lines and types, and what a text would be suggested as."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.cases import suggest
from plainspoken.cases.actions import register
from plainspoken.cases.models import Line, Type
from plainspoken.cases.register_forms import LineForm, TypeForm
from plainspoken.organization.models import Firm
from plainspoken.organization.request import actor, administers
from plainspoken.ui import respond, sheets
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page

PUT_LINE, PUT_TYPE = "cases.line.put", "cases.type.put"
REMOVE_LINE, REMOVE_TYPE = "cases.line.remove", "cases.type.remove"
REGISTER = _("Business lines and types")
TRIED_CHARACTERS_MAX = 5_000


@require_safe
@administers(PUT_LINE, PUT_TYPE)
def index(request: Request) -> HttpResponse:
    lines = list(Line.objects.select_related("department").order_by("code"))
    types = list(Type.objects.order_by("code"))
    text = request.GET.get("text", "")[:TRIED_CHARACTERS_MAX]
    context = {
        "lines": lines,
        "types": types,
        "text": text,
        "line": suggest.tried(text, lines),
        "type": suggest.tried(text, types),
    }
    return render(request, "cases/register.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT_LINE)
def add_line(request: Request) -> HttpResponse:
    form = LineForm(sheets.given(request), row=None)
    return _put_line(request, _page(_("New business line"), _("Add the line")), form)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT_LINE)
def change_line(request: Request, pk: UUID) -> HttpResponse:
    form = LineForm(sheets.given(request), row=get_object_or_404(Line, pk=pk))
    remove = reverse(REMOVE_LINE, args=[pk]) if request.reader.may(REMOVE_LINE) else ""
    return _put_line(request, _page(_("Edit business line"), _("Save"), remove), form)


@require_POST
@administers(REMOVE_LINE)
def remove_line(request: Request, pk: UUID) -> HttpResponse:
    register.remove_line(get_object_or_404(Line, pk=pk), by=actor(request))
    return respond.go(request, reverse("cases.register"))


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT_TYPE)
def add_type(request: Request) -> HttpResponse:
    form = TypeForm(sheets.given(request), row=None)
    return _put_type(request, _page(_("New type of inquiry"), _("Add the type")), form)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT_TYPE)
def change_type(request: Request, pk: UUID) -> HttpResponse:
    form = TypeForm(sheets.given(request), row=get_object_or_404(Type, pk=pk))
    remove = reverse(REMOVE_TYPE, args=[pk]) if request.reader.may(REMOVE_TYPE) else ""
    return _put_type(request, _page(_("Edit type of inquiry"), _("Save"), remove), form)


@require_POST
@administers(REMOVE_TYPE)
def remove_type(request: Request, pk: UUID) -> HttpResponse:
    register.remove_type(get_object_or_404(Type, pk=pk), by=actor(request))
    return respond.go(request, reverse("cases.register"))


def _page(title: object, button: object, remove: str = "") -> Page:
    back = reverse("cases.register")
    return Page(str(title), str(button), back, REGISTER, remove=remove, remove_label=_("Remove"))


def _put_line(request: Request, page: Page, form: LineForm) -> HttpResponse:
    by = actor(request)
    return sheets.fill(
        request,
        page,
        form,
        lambda given: register.put_line(given.pop("department"), by=by, **given),
        to=page.back,
    )


def _put_type(request: Request, page: Page, form: TypeForm) -> HttpResponse:
    firm, by = Firm.objects.get(), actor(request)
    return sheets.fill(
        request, page, form, lambda given: register.put_type(firm, by=by, **given), to=page.back
    )
