"""What the firm promises itself, beside what the law allows."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.kernel import deadlines
from plainspoken.kernel.ledger import Code
from plainspoken.organization import promises, targets
from plainspoken.organization.actions import targets as actions
from plainspoken.organization.calendar_forms import CHANNELS, TargetForm, known_kind
from plainspoken.organization.models import Firm, Target
from plainspoken.organization.request import actor, administers
from plainspoken.ui import respond, sheets
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page

SET, DROP = "organization.target.set", "organization.target.drop"
LEAD = _("Deadlines that run keep their due moments; those opened from now on follow it.")


@require_safe
@administers(SET)
def index(request: Request) -> HttpResponse:
    return render(request, "organization/targets.html", {"rows": promises.promised()})


@require_http_methods(["GET", "HEAD", "POST"])
@administers(SET)
def change(request: Request, kind: str) -> HttpResponse:
    """On the channel that `?channel=` names, or on all."""
    of, channel = _named(request, kind)
    own = Target.objects.filter(kind=of, channel=channel).first()
    form = TargetForm(sheets.given(request), target=own, shown=targets.shipped().get(of))
    firm, by, back = Firm.objects.get(), actor(request), reverse("organization.targets")
    remove = reverse(DROP, args=[kind]) + f"?channel={channel}" if own and request.reader.may(DROP) else ""
    title = f"{deadlines.kinds[of].label} · {CHANNELS[channel]}"
    page = Page(title, _("Save"), back, _("Targets"), LEAD, remove, _("Drop the firm's own target"))
    return sheets.fill(
        request,
        page,
        form,
        lambda given: actions.set_target(firm, by=by, kind=of, channel=channel, **given),
        to=back,
    )


@require_POST
@administers(DROP)
def drop(request: Request, kind: str) -> HttpResponse:
    of, channel = _named(request, kind)
    actions.drop_target(Firm.objects.get(), by=actor(request), kind=of, channel=channel)
    return respond.go(request, reverse("organization.targets"))


def _named(request: Request, kind: str) -> tuple[Code, Code]:
    found = known_kind(kind, request.GET.get("channel", ""))
    if found is None:
        raise Http404
    return found
