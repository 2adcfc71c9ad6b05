"""What every request passes: the security policy, the language and zone, and answers to refusals."""

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from plainspoken.ui import policy, problems, reader
from plainspoken.ui.request import Request

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def content_security_policy(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in policy.HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def language(get_response: GetResponse) -> GetResponse:
    """Language by cookie, person, then browser; the person's comes after sign-in by `reader.present`."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        cast(Request, request).reader = reader.ANONYMOUS
        zone = ZoneInfo(reader.ANONYMOUS.zone)
        with translation.override(chosen_language(request)), timezone.override(zone):
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return middleware


def chosen_language(request: HttpRequest) -> str:
    """Any Chinese reads as simplified Chinese; a browser that wants neither of ours gets English."""
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if cookie in dict(settings.LANGUAGES):
        return cookie
    wanted = [code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    if not wanted or wanted[0] == "*":
        return settings.LANGUAGE_CODE
    ours = (code[:2] for code in wanted if code[:2] in ("zh", "en"))
    return "zh-hans" if next(ours, "en") == "zh" else "en"


class ProblemAnswers:
    """Turns a refusal that a view let through into its page or fragment."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        problem = problems.of(error)
        return problems.answer(cast(Request, request), problem) if problem else None


def problem_answers(get_response: GetResponse) -> ProblemAnswers:
    return ProblemAnswers(get_response)
