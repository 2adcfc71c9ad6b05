"""A few addresses to try the middleware, answers and helpers on."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404, HttpResponse
from django.urls import include, path

from plainspoken.kernel.errors import PermissionDenied, Refused, WrongState
from plainspoken.ui import policy
from plainspoken.ui.request import Request
from plainspoken.ui.respond import go, invalid, respond

handler400 = "plainspoken.ui.problems.bad_request"
handler403 = "plainspoken.ui.problems.not_allowed"
handler404 = "plainspoken.ui.problems.not_found"
handler500 = "plainspoken.ui.problems.broken"

ERRORS: dict[str, Exception] = {
    "permission": PermissionDenied("cases.close"),
    "state": WrongState("closed", "extend"),
    "refused": Refused("extensions_used_up", "No <more> time.", duty="4.3.2d"),
    "django": DjangoPermissionDenied(),
    "missing": Http404(),
    "unreadable": BadRequest(),
    "fault": ZeroDivisionError("secret detail"),
}


class Name(forms.Form):
    name = forms.CharField(help_text="As in the passport.")
    channel = forms.ChoiceField(choices=[("mail", "Mail"), ("phone", "Phone")], widget=forms.RadioSelect)
    urgent = forms.BooleanField(required=False)


def answer(request: Request) -> HttpResponse:
    return _show(request, {"icon": "inbox", "title": "Nothing here"})


def fail(request: Request, error: str) -> HttpResponse:
    raise ERRORS[error]


def change(request: Request) -> HttpResponse:
    messages.success(request, "Case 12 is due 3 March.")
    return go(request, "/answer/") if "go" in request.GET else answer(request)


def refuse_form(request: Request) -> HttpResponse:
    return invalid(
        request,
        page="ui/problem.html",
        fragment="ui/_form.html",
        context={"form": Name(request.POST), "fields": []},
    )


def own_policy(request: Request) -> HttpResponse:
    return HttpResponse("<p>mail</p>", headers={policy.HEADER: policy.MAIL})


def _show(request: Request, context: dict[str, Any]) -> HttpResponse:
    return respond(request, page="ui/page.html", fragment="ui/_empty.html", context=context)


urlpatterns = [
    path("answer/", answer),
    path("change/", change),
    path("form/", refuse_form),
    path("own-policy/", own_policy),
    path("fail/<error>/", fail),
    path("", include("plainspoken.config.urls")),
]
