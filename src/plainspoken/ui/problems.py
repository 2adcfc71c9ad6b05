"""Clear answers when something did not happen: a page, or a fragment for the place where it was asked."""

from dataclasses import dataclass
from typing import cast

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.errors import PermissionDenied, Refusal, Text, WrongState
from plainspoken.ui.request import Request

_STATUS: list[tuple[type[Refusal], int]] = [(PermissionDenied, 403), (WrongState, 409), (Refusal, 422)]
_TITLES: dict[int, Text] = {
    400: _("This request cannot be read"),
    403: _("Not allowed for you"),
    404: _("Not found"),
    409: _("Somebody was faster"),
    422: _("The rule says no"),
    500: _("Something broke on our side"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`duty` is the number of the rule behind a refusal; a bare problem is drawn without menu or database."""

    status: int
    code: str
    message: Text
    duty: str = ""
    bare: bool = False

    @property
    def title(self) -> Text:
        return title(self.status)

    @property
    def layout(self) -> str:
        return "ui/plain.html" if self.bare else "ui/page.html"


def title(status: int) -> Text:
    return _TITLES[status]


_NOT_ALLOWED = Problem(
    403, "permission_denied", _("You may not open this. Ask the head of your unit if you need it.")
)
NOT_FOUND = Problem(404, "not_found", _("There is nothing at this address, or it is not yours to see."))
_UNREADABLE = Problem(
    400, "bad_request", _("The address or the form was changed on the way. Go back and try again."), bare=True
)
_STALE_FORM = Problem(
    403,
    "csrf",
    _("This form has grown old, or cookies are switched off. Reload the page and send it again."),
    bare=True,
)
BROKEN = Problem(
    500,
    "error",
    _("It has been noted with its time. Nothing you sent was half done; try again in a moment."),
    bare=True,
)


def of(error: Exception) -> Problem | None:
    """The problem behind an exception, or None for a fault that must stay loud."""
    if isinstance(error, Refusal):
        status = next(status for kind, status in _STATUS if isinstance(error, kind))
        return Problem(status, error.code, error.message, error.duty)
    if isinstance(error, DjangoPermissionDenied):
        return _NOT_ALLOWED
    return NOT_FOUND if isinstance(error, Http404) else None


def answer(request: Request, problem: Problem) -> HttpResponse:
    """A fragment goes to the page's `#problem` region, whatever the request's own target was."""
    context = {"problem": problem}
    if "HX-Request" not in request.headers:
        return HttpResponse(render_to_string("ui/problem.html", context, request), status=problem.status)
    body = render_to_string("ui/_problem.html", context, request)
    headers = {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML", "HX-Push-Url": "false"}
    return HttpResponse(body, status=problem.status, headers=headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(cast(Request, request), _UNREADABLE)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(cast(Request, request), _NOT_ALLOWED)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(cast(Request, request), NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    return answer(cast(Request, request), BROKEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(cast(Request, request), _STALE_FORM)
