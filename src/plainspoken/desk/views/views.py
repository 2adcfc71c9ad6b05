"""Saved views of the list: kept under a name, renamed, put in order, shared, removed."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.desk import actions, dialogs, list_forms
from plainspoken.desk.dialogs import Dialog
from plainspoken.desk.models import View
from plainspoken.desk.queries import inbox, views
from plainspoken.organization.request import actor, person, staff
from plainspoken.ui import respond
from plainspoken.ui.request import Request

SAVE = Dialog(
    "desk.view.save",
    _("Save as a view"),
    _("Save"),
    _("Tab, filters and order of the list stand under this name with your tabs."),
)
RENAME = Dialog("desk.view.rename", _("Rename the view"), _("Rename"))
SHARE = Dialog(
    "desk.view.share",
    _("Share the view"),
    _("Share"),
    _("Members of the unit and of those below it see it; each finds their own cases."),
)


@require_safe
@staff
def index(request: Request) -> HttpResponse:
    by = actor(request)
    context = {"views": views.of(by), "mine": by.id, "leads": views.led_by(by).exists()}
    return respond.respond(request, page="desk/views.html", fragment="desk/views/_list.html", context=context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def save(request: Request) -> HttpResponse:
    asked, by = inbox.asked_of(request.GET.dict()), actor(request)
    form = list_forms.Named(dialogs.given(request))
    to = f"{reverse('desk.inbox')}?{asked}"

    def act(given: dict[str, str]) -> None:
        actions.save_view(person(request), by=by, asked=asked, **given)

    return dialogs.ask(request, SAVE, form, act, to=to)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def rename(request: Request, pk: UUID) -> HttpResponse:
    view, by = _own(request, pk), actor(request)
    form = list_forms.Named(dialogs.given(request), initial={"name": view.name})
    to = reverse("desk.views")
    return dialogs.ask(request, RENAME, form, lambda given: actions.rename_view(view, by=by, **given), to=to)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def share(request: Request, pk: UUID) -> HttpResponse:
    view, by = _own(request, pk), actor(request)
    form = list_forms.Shared(dialogs.given(request), by=by)
    to = reverse("desk.views")
    return dialogs.ask(request, SHARE, form, lambda given: actions.share_view(view, by=by, **given), to=to)


@require_POST
@staff
def unshare(request: Request, pk: UUID) -> HttpResponse:
    actions.unshare_view(_own(request, pk), by=actor(request))
    return respond.go(request, reverse("desk.views"))


@require_POST
@staff
def move_up(request: Request, pk: UUID) -> HttpResponse:
    actions.move_view_up(_own(request, pk), by=actor(request))
    return respond.go(request, reverse("desk.views"))


@require_POST
@staff
def remove(request: Request, pk: UUID) -> HttpResponse:
    actions.remove_view(_own(request, pk), by=actor(request))
    return respond.go(request, reverse("desk.views"))


def _own(request: Request, pk: UUID) -> View:
    """Nobody reads or changes another's: 404, shared or not."""
    return get_object_or_404(views.own(actor(request)), pk=pk)
