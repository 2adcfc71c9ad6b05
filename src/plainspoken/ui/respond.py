"""One view, two readers: a whole page for a browser, its fragment for htmx."""

from collections.abc import Mapping
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from plainspoken.ui.request import Request


def respond(
    request: Request, *, page: str, fragment: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """The fragment must be a file that the page includes too. Waiting messages travel with it."""
    as_fragment = wants_fragment(request)
    body = render_to_string(fragment if as_fragment else page, dict(context), request)
    if as_fragment and len(get_messages(request)):
        body += render_to_string("ui/_messages.html", {"out_of_band": True}, request)
    response = HttpResponse(body, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def invalid(request: Request, *, page: str, fragment: str, context: Mapping[str, Any]) -> HttpResponse:
    """The form again with its errors: 422, which htmx swaps where the form stood."""
    return respond(request, page=page, fragment=fragment, context=context, status=422)


def go(request: Request, to: str) -> HttpResponse:
    """After a change: load `to` (a path of ours) with GET, in the browser and under htmx alike."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponseRedirect(to, status=303)


def wants_fragment(request: Request) -> bool:
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request
