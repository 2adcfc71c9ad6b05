"""The two switches every page has: language and theme."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from plainspoken.ui import theme

YEAR_SECONDS = 365 * 24 * 60 * 60


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    return _remember(
        request, settings.LANGUAGE_COOKIE_NAME, "language", [code for code, _ in settings.LANGUAGES]
    )


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    return _remember(request, settings.THEME_COOKIE_NAME, "theme", list(theme.Theme))


def _remember(request: HttpRequest, cookie: str, field: str, choices: Sequence[str]) -> HttpResponse:
    choice = request.POST.get(field, "")
    if choice not in choices:
        return HttpResponseBadRequest()
    response = HttpResponseRedirect(safe_next(request), status=303)
    response.set_cookie(
        cookie, choice, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


def safe_next(request: HttpRequest) -> str:
    """The `next` field if it leads to this very site, else the front page."""
    to = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        to, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return to if allowed else "/"
