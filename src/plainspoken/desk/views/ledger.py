"""The ledger: entries, the proof of one, and whether it is what it was."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plainspoken.desk import actions, ledger_forms
from plainspoken.desk.queries import entries
from plainspoken.kernel import access, proving
from plainspoken.kernel.models import Entry
from plainspoken.organization.models import Firm
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond, tables
from plainspoken.ui.request import Request

MAY_LOOK, MAY_OPEN = "ledger.verify", "ledger.read"


@require_safe
@staff
def index(request: Request) -> HttpResponse:
    _allowed(request)
    form = ledger_forms.Wanted(request.GET)
    page = tables.page_by_key(Entry.objects.filter(form.condition()), request, entries.KEYS)
    context = {
        "form": form,
        "page": page,
        "rows": entries.told(page.rows, actor(request)),
        "state": entries.State(),
    }
    return respond.respond(
        request, page="desk/ledger.html", fragment="desk/ledger/_list.html", context=context,
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_safe
@staff
def show(request: Request, pk: UUID) -> HttpResponse:
    """One entry; looking at its texts and personal values is noted in the read journal."""
    _allowed(request)
    entry, opened = get_object_or_404(Entry, pk=pk), request.reader.may(MAY_OPEN)
    if opened:
        access.journal(entry, actor(request), purpose="ledger")
    (told,) = entries.told([entry], actor(request))
    context = {"whole": entries.Whole(told, opened=opened)}
    return respond.respond(
        request, page="desk/entry.html", fragment="desk/ledger/_entry.html", context=context
    )


@require_safe
@staff
def proof(request: Request, pk: UUID) -> HttpResponse:
    """The proof of one entry, to be checked by anybody with `plainspoken verify FILE`."""
    _allowed(request)
    entry = get_object_or_404(Entry, pk=pk)
    try:
        document = proving.of(entry)
    except proving.NotSealed:
        messages.info(request, _("This entry is not sealed yet; that takes a few seconds."))
        return respond.go(request, reverse("desk.entry", args=[pk]))
    headers = {"Content-Disposition": f'attachment; filename="entry-{pk}.json"'}
    return JsonResponse(document, headers=headers, json_dumps_params={"indent": 2})


@require_POST
@staff
def verify(request: Request) -> HttpResponse:
    actions.verify(Firm.objects.get(), by=actor(request))
    return respond.go(request, reverse("desk.ledger"))


def _allowed(request: Request) -> None:
    if not request.reader.may(MAY_LOOK):
        raise PermissionDenied
