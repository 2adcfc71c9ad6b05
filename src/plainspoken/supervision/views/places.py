"""Where checkpoints of the ledger are kept outside, and how that goes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.kernel.models import Checkpoint
from plainspoken.organization.models import Firm
from plainspoken.organization.request import actor, administers
from plainspoken.supervision import actions, safekeeping
from plainspoken.supervision.forms import AddressForm, FolderForm
from plainspoken.supervision.models import Place
from plainspoken.ui import respond, sheets
from plainspoken.ui.request import Request
from plainspoken.ui.sheets import Page

PUT, KEEP, REMOVE = "supervision.place.put", "supervision.place.keep", "supervision.place.remove"
PLACES = gettext_lazy("Checkpoints kept outside")


@require_safe
@administers(PUT, KEEP)
def index(request: Request) -> HttpResponse:
    rows = Place.objects.select_related("mailbox").order_by("address", "folder")
    newest = Checkpoint.objects.order_by("-size").first()
    return render(request, "supervision/places.html", {"rows": rows, "newest": newest})


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def add_folder(request: Request) -> HttpResponse:
    return _put(request, FolderForm(sheets.given(request), place=None), str(_("New folder")))


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def add_address(request: Request) -> HttpResponse:
    return _put(request, AddressForm(sheets.given(request), place=None), str(_("New address")))


@require_http_methods(["GET", "HEAD", "POST"])
@administers(PUT)
def change(request: Request, pk: UUID) -> HttpResponse:
    place = get_object_or_404(Place, pk=pk)
    kind = FolderForm if place.folder else AddressForm
    remove = reverse(REMOVE, args=[pk]) if request.reader.may(REMOVE) else ""
    return _put(request, kind(sheets.given(request), place=place), place.name, remove)


@require_POST
@administers(KEEP)
def keep(request: Request, pk: UUID) -> HttpResponse:
    place = get_object_or_404(Place.objects.select_related("mailbox"), pk=pk)
    if refused := safekeeping.try_to_keep(place, by=actor(request)):
        messages.error(request, str(refused.message))
    else:
        words = _("A checkpoint of %(size)s entries is kept there now.")
        messages.success(request, words % {"size": f"{place.kept_size:,}"})
    return respond.go(request, reverse("supervision.places"))


@require_POST
@administers(REMOVE)
def remove(request: Request, pk: UUID) -> HttpResponse:
    actions.remove(get_object_or_404(Place, pk=pk), by=actor(request))
    return respond.go(request, reverse("supervision.places"))


def _put(request: Request, form: FolderForm | AddressForm, title: str, remove: str = "") -> HttpResponse:
    firm, by, back = Firm.objects.get(), actor(request), reverse("supervision.places")
    page = Page(title, _("Save"), back, PLACES, remove=remove, remove_label=_("Remove the place"))
    return sheets.fill(request, page, form, lambda given: actions.put(firm, by=by, **given), to=back)
