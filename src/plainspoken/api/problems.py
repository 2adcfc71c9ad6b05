"""What went wrong, as a document (RFC 9457) with a code for programs and words for people."""

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from plainspoken.api.door import NotLetIn
from plainspoken.kernel import blobs, proving
from plainspoken.kernel.errors import PermissionDenied, Refusal, Text
from plainspoken.ui import problems

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 60
NAME_CHARACTERS_MAX = 60
TOO_MANY = "too_many_requests"
log = structlog.get_logger()

VALUES: Text = _("Not as it should be")
TITLES: dict[int, Text] = {
    401: _("Not signed in"),
    405: _("No such operation at this address"),
    413: _("Too large"),
    415: _("Not in this format"),
    429: _("Too many requests"),
    503: _("Not at the moment"),
}
FAULTS: dict[str, Text] = {
    "missing": _("This is missing."),
    "extra_forbidden": _("There is no field of this name."),
    "string_too_long": _("This is too long."),
    "string_too_short": _("This is too short."),
    "string_pattern_mismatch": _("This is not written as it should be."),
    "string_type": _("This must be a text."),
    "bool_parsing": _("This must be true or false."),
    "bool_type": _("This must be true or false."),
    "uuid_parsing": _("This must be an id."),
    "uuid_type": _("This must be an id."),
    "timezone_aware": _("A moment needs its offset, as in 2026-03-03T10:00:00+08:00."),
    "not_offered": _("There is no such choice."),
    "not_found": _("There is no such record, or it is not yours to see."),
}
UNFIT: Text = _("This value does not fit here.")
INVALID: Text = _("Some values cannot be taken: see the faults.")
UNREADABLE: Text = _("This request cannot be read: look at its address, query and body.")
# What the operations call their bodies and queries; those who send them know no such word.
OURS = ("given", "asked")


class Fault(Schema):
    """One value that cannot be taken, where it stands in the request."""

    at: str
    code: str
    said: str


class Problem(Schema):
    """`code` stays the same between releases; `title` and `detail` are in the language that was asked for."""

    title: str
    status: int
    code: str
    detail: str
    duty: str = ""
    faults: list[Fault] = []


class Unfit(Exception):
    """A value of the request names nothing there is, or nothing the program may see."""

    def __init__(self, at: str, code: str) -> None:
        super().__init__(at, code)
        self.at = at
        self.code = code


def only(request: HttpRequest, *known: str) -> None:
    """Refuse a word of the query that says nothing here: a filter misspelt would be no filter. Raises Unfit."""
    for name in request.GET.keys() - set(known):
        raise Unfit(f"query.{name[:NAME_CHARACTERS_MAX]}", "extra_forbidden")


class Unacceptable(Exception):
    """The body is of another kind than this operation takes, or too large."""

    def __init__(self, status: int, code: str, message: Text) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code
        self.message = message


def answer(
    status: int,
    code: str,
    detail: Text,
    *,
    duty: str = "",
    faults: Iterable[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    title = VALUES if code == "invalid" else TITLES.get(status) or problems.title(status)
    said = Problem(
        title=str(title), status=status, code=code, detail=str(detail), duty=duty, faults=list(faults)
    )
    body = json.dumps(said.model_dump(), ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=MEDIA_TYPE, headers=dict(headers or {}))


def _not_let_in(request: HttpRequest, error: NotLetIn) -> HttpResponse:
    return answer(401, error.code, error.message, headers={"WWW-Authenticate": "Bearer"})


def _refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    if error.code == TOO_MANY:
        return answer(429, TOO_MANY, error.message, headers={"Retry-After": str(error.facts["seconds"])})
    found = problems.of(error)
    assert found, "A refusal has its problem."
    return answer(found.status, found.code, found.message, duty=found.duty)


def _denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return answer(403, error.code, _("The role of this program does not allow this."))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """By pydantic's names of the errors: its words are English only."""
    return answer(
        422, "invalid", INVALID, faults=[_fault(_place(one), str(one["type"])) for one in error.errors]
    )


def _place(error: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in error["loc"] if part not in OURS)


def _unfit(request: HttpRequest, error: Unfit) -> HttpResponse:
    return answer(422, "invalid", INVALID, faults=[_fault(error.at, error.code)])


def _fault(at: str, code: str) -> Fault:
    return Fault(at=at, code=code, said=str(FAULTS.get(code, UNFIT)))


def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(400, "bad_request", UNREADABLE)


def _unacceptable(request: HttpRequest, error: Unacceptable) -> HttpResponse:
    return answer(error.status, error.code, error.message)


def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(413, "too_large", _("This is larger than we take."))


def _no_room(request: HttpRequest, error: Exception) -> HttpResponse:
    words = _("There is no room at the moment: nothing was kept. Try again later.")
    return answer(503, "no_room", words, headers={"Retry-After": str(RETRY_SECONDS)})


def _not_sealed(request: HttpRequest, error: Exception) -> HttpResponse:
    words = _("This entry is not sealed yet; that takes a few seconds.")
    return answer(409, "not_sealed", words, headers={"Retry-After": "5"})


def not_found(request: HttpRequest, error: Exception | None = None) -> HttpResponse:
    return answer(404, "not_found", problems.NOT_FOUND.message)


def not_allowed(methods: str) -> HttpResponse:
    words = _("This address takes other methods: see Allow.")
    return answer(405, "method_not_allowed", words, headers={"Allow": methods})


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework says itself: a body that is no JSON."""
    return answer(error.status_code, HTTPStatus(error.status_code).name.lower(), UNREADABLE)


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours: logged with its place, told without it."""
    log.error("api.failed", error=type(error).__name__, exc_info=error)
    return answer(500, "error", problems.BROKEN.message)


HANDLERS: dict[type[Exception], Callable[..., HttpResponse]] = {
    Exception: _broken,
    NotLetIn: _not_let_in,
    Refusal: _refused,
    PermissionDenied: _denied,
    ValidationError: _invalid,
    Unfit: _unfit,
    Unacceptable: _unacceptable,
    HttpError: _http,
    BadRequest: _unreadable,
    SuspiciousOperation: _unreadable,
    RequestDataTooBig: _too_large,
    Http404: not_found,
    blobs.DiskFull: _no_room,
    proving.NotSealed: _not_sealed,
}


def install(api: NinjaAPI) -> None:
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)


def told(*statuses: int) -> dict[Any, Any]:
    """What an operation may answer beside its success: these, and what every one may."""
    return dict.fromkeys(sorted({400, 401, 422, 429, 500, *statuses}), Problem)
