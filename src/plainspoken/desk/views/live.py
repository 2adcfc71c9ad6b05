"""The screens that keep themselves true: the stream that tells what changed, and the parts the browser fetches then."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_safe

from plainspoken.conversations.models import Conversation
from plainspoken.desk import opened
from plainspoken.desk.queries import inbox, present
from plainspoken.desk.screen import Screen
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor
from plainspoken.organization.request import actor, look_again, staff
from plainspoken.ui import live, menu, respond
from plainspoken.ui.live import Stream
from plainspoken.ui.menu import Place
from plainspoken.ui.request import Request

COUNTED = (Place.RAIL, Place.RAIL_FOOT, Place.BELL)


@require_GET
@staff
def stream(request: Request) -> HttpResponseBase:
    """What changes, as it changes. The database is given back before the first byte: the stream stays for long."""
    if live.hub.full:
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    by, about = actor(request), _uuid(request, "about")
    shown = about if about and _sees(by, about) else None
    opened_now = Stream(by, shown, _uuid(request, "tab"), _after(request))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    told = live.events(opened_now, lambda stream: _still(request, stream))
    live.give_back()
    return StreamingHttpResponse(told, content_type="text/event-stream", headers=headers)


@require_safe
@staff
def counts(request: Request) -> HttpResponse:
    """What waits, by entry of the menu."""
    items = [item for place in COUNTED for item in menu.entries(request, place)]
    return JsonResponse({item.code: item.badge for item in items})


@require_safe
@staff
def case(request: Request, pk: UUID) -> HttpResponse:
    found = opened.case(request, pk)
    return _parts(request, Screen(request, found.conversation, found))


@require_safe
@staff
def conversation(request: Request, pk: UUID) -> HttpResponse:
    return _parts(request, Screen(request, opened.conversation(request, pk)))


@require_safe
@staff
def list_of_cases(request: Request) -> HttpResponse:
    """The list alone, beside the case that `open` names."""
    beside = {"case": {"pk": _uuid(request, "open")}} if "open" in request.GET else None
    context = {"inbox": inbox.read(request, actor(request)), "screen": beside}
    return respond.respond(request, page="desk/inbox.html", fragment="desk/_list.html", context=context)


@require_safe
@staff
def presence(request: Request, pk: UUID) -> HttpResponse:
    """Who else is there. Names of colleagues are no reading of the customer's record."""
    if not _sees(actor(request), pk):
        raise Http404
    context = {"present": present.others(pk, actor(request)), "inner": "desk/_presence.html"}
    return respond.respond(request, page="desk/dialog.html", fragment="desk/_presence.html", context=context)


def _parts(request: Request, screen: Screen) -> HttpResponse:
    return respond.respond(
        request, page="desk/conversation.html", fragment="desk/_live.html", context={"screen": screen}
    )


def _still(request: Request, stream: Stream) -> Actor | None:
    """The reader as of now; a conversation that was closed to them is told of no longer."""
    by = look_again(request)
    if by and stream.about and not _sees(by, stream.about):
        live.forget(stream)
    return by


def _sees(by: Actor, pk: UUID) -> bool:
    return access.visible(Conversation.objects.filter(pk=pk), by).exists()


def _after(request: Request) -> int:
    """The last moment the screen knows of: of the event it heard last, else of the page itself."""
    told = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    return int(told) if told.isdecimal() else 0


def _uuid(request: Request, name: str) -> UUID | None:
    try:
        return UUID(request.GET[name])
    except (KeyError, ValueError):
        return None
