"""Answers that forms about signing in share."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from plainspoken.organization.forms import minutes_to_wait
from plainspoken.ui.request import Request


def answer(request: HttpRequest, template: str, form: forms.BaseForm, **context: Any) -> HttpResponse:
    """The page with its form: 200 when it is shown first, 422 with errors, 429 when there were too many attempts."""
    status = 422 if form.errors else 200
    shown = render(request, template, {"form": form, **context}, status=status)
    if wait := minutes_to_wait(form):
        shown.status_code = 429
        shown.headers["Retry-After"] = str(wait * 60)
    return shown


def frame(request: Request) -> dict[str, object]:
    """Who owes something before anything else has no menus yet."""
    owes = not request.reader.signed_in
    return {"owed": owes, "frame": "ui/plain.html" if owes else "ui/page.html"}
