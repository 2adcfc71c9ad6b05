"""Programs that act through the API: which there are, when each was last heard of, connecting, disconnecting."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from plainspoken.kernel import clock
from plainspoken.kernel.errors import Refused
from plainspoken.organization.actions import integrations as actions
from plainspoken.organization.integration_form import IntegrationForm
from plainspoken.organization.models import Integration
from plainspoken.organization.request import actor, administers
from plainspoken.ui import sheets, tables
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page, Sheet

MAKE, END = "organization.integration.make", "organization.integration.end"
KEYS = ("name", "id")
PROGRAMS = _("Programs")


@require_safe
@administers(MAKE, END)
def index(request: Request) -> HttpResponse:
    """With `?ended`, those that were disconnected."""
    rows = Integration.objects.select_related("role", "unit", "person")
    page = tables.page_by_key(rows.filter(ended_at__isnull="ended" not in request.GET), request, KEYS)
    context = {"page": page, "now": clock.now(), "ended": "ended" in request.GET}
    return render(request, "organization/integrations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(MAKE)
def make(request: Request) -> HttpResponse:
    """What was made is answered at once, not gone on to: its token is nowhere else to be read."""
    form = IntegrationForm(sheets.given(request))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made, token = actions.make(given.pop("unit"), by=actor(request), **given)
        except Refused as refused:
            form.refuse(refused)
        else:
            context = {"made": made, "token": token}
            response = render(request, "organization/integration_made.html", context)
            add_never_cache_headers(response)
            return response
    page = Page(str(_("New program")), _("Connect it"), reverse("organization.integrations"), PROGRAMS)
    status = 422 if form.errors else 200
    return render(request, page.template, {"sheet": page, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@administers(END)
def end(request: Request, pk: UUID) -> HttpResponse:
    integration, by = get_object_or_404(Integration, pk=pk), actor(request)
    lead = _("Its token opens nothing from then on, and there is no way back: a new one is made instead.")
    title = _("Disconnect %(name)s") % {"name": integration.name}
    page = Page(str(title), _("Disconnect"), reverse("organization.integrations"), PROGRAMS, lead)
    form = Sheet(sheets.given(request))
    return sheets.fill(request, page, form, lambda _: actions.end(integration, by=by), to=page.back)
