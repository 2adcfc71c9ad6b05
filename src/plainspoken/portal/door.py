"""The door through which customers come: a valid link, not too often, in their own language, unseen by others."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from plainspoken.cases.models import Case
from plainspoken.channels.models import Mailbox
from plainspoken.customers import links
from plainspoken.customers.models import Link
from plainspoken.kernel.errors import Refusal
from plainspoken.organization.models import Firm
from plainspoken.organization.throttle import Limit, TooMany
from plainspoken.ui.request import Request

LANGUAGES = dict(settings.LANGUAGES)
MAILBOXES_SHOWN = 3
ADDRESS = Limit("portal_address", attempts=60, seconds=600)
TOKEN = Limit("portal_token", attempts=20, seconds=600)
View = Callable[[Request, Link], HttpResponse]


def by_link(purpose: Link.Purpose) -> Callable[[View], Callable[..., HttpResponse]]:
    """A page for whoever holds a link of that purpose: GET shows, POST acts.

    Nothing of the browser's own (cookie, sign-in) gives any right here, so there is nothing another site
    could make it misuse: the page needs no CSRF token, and works without cookies.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            response = _answer(cast(Request, request), token, purpose, view)
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            add_never_cache_headers(response)
            return response

        return guarded

    return decorate


def page(request: Request, name: str, *, status: int = 200, **context: object) -> HttpResponse:
    """A page in the language that is spoken at the moment."""
    mailboxes = Mailbox.objects.order_by("id")[:MAILBOXES_SHOWN]
    known = {"languages": LANGUAGES, "firm": Firm.objects.get(), "mailboxes": mailboxes}
    body = render_to_string(f"portal/{name}.html", {**context, **known}, request)
    language = translation.get_language() or ""
    return HttpResponse(body, status=status, headers={"Content-Language": language})


def admit(request: HttpRequest, *more: tuple[Limit, str]) -> None:
    """This address, and whatever else is counted, has not asked too often. Raises TooMany."""
    address = str(get_adapter().get_client_ip(request))
    for limit, of in ((ADDRESS, address), *more):
        limit.take(of)


def later(request: Request, too_many: TooMany) -> HttpResponse:
    """The page that says when to come again."""
    wanted = request.GET.get("language", "")
    with translation.override(wanted if wanted in LANGUAGES else translation.get_language()):
        answer = page(request, "too_many", status=429, minutes=too_many.minutes)
    answer.headers["Retry-After"] = str(too_many.minutes * 60)
    return answer


def _answer(request: Request, token: str, purpose: Link.Purpose, view: View) -> HttpResponse:
    try:
        admit(request, (TOKEN, token))
    except TooMany as too_many:
        return later(request, too_many)
    link = links.find(token, purpose)
    with translation.override(_language(request, link)):
        if link is None:
            return page(request, "unknown", status=404)
        if links.expired(link):
            return page(request, "expired", status=410)
        try:
            return view(request, link)
        except Refusal as refusal:
            return page(request, "refused", status=409, reason=refusal.message)


def _language(request: HttpRequest, link: Link | None) -> str:
    """What the reader asks for, else the language of the conversation the link belongs to, else the browser's."""
    if (wanted := request.GET.get("language", "")) in LANGUAGES:
        return wanted
    if link is None:
        return translation.get_language() or settings.LANGUAGE_CODE
    return Case.objects.values_list("conversation__language", flat=True).get(pk=link.subject_id)
