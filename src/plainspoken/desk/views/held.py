"""Messages that could not be understood: what could be read of them, taking them, ignoring them."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plainspoken.cases import intake
from plainspoken.channels.email.parse import parse
from plainspoken.desk import dialogs, forms, opened, places
from plainspoken.desk.dialogs import Dialog
from plainspoken.desk.queries import held
from plainspoken.desk.queries.thread import SHOWN_CHARACTERS_MAX
from plainspoken.kernel import blobs
from plainspoken.organization.request import actor, staff
from plainspoken.ui import respond, tables
from plainspoken.ui.request import Request

KEYS = ("arrived_at", "id")
IGNORE = Dialog(
    "cases.intake.ignore",
    _("Ignore"),
    _("Ignore"),
    _("It stays as it came and needs no conversation."),
    tone="btn-danger",
)


@require_safe
@staff
def index(request: Request) -> HttpResponse:
    page = tables.page_by_key(held.held(actor(request)), request, KEYS)
    return respond.respond(
        request, page="desk/held.html", fragment="desk/_held_list.html", context={"page": page}
    )


@require_safe
@staff
def show(request: Request, pk: UUID) -> HttpResponse:
    """Beside the list: as far as it can be read."""
    raw = opened.raw(request, pk)
    page = tables.page_by_key(held.held(actor(request)), request, KEYS)
    parsed = parse(blobs.read(raw.blob))
    words = parsed.text[:SHOWN_CHARACTERS_MAX]
    shown = {"page": page, "raw": raw, "parsed": parsed, "words": words}
    return respond.respond(request, page="desk/held.html", fragment="desk/_held.html", context=shown)


@require_POST
@staff
def release(request: Request, pk: UUID) -> HttpResponse:
    case = intake.release(opened.raw(request, pk), by=actor(request))
    return respond.go(request, places.to(request, "desk.case", case.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def ignore(request: Request, pk: UUID) -> HttpResponse:
    raw, by = opened.raw(request, pk), actor(request)
    form = forms.Ignored(dialogs.given(request))
    to = places.to(request, "desk.held")
    return dialogs.ask(request, IGNORE, form, lambda given: intake.ignore(raw, by=by, **given), to=to)
