"""How to reach us: the register of channels with their hours (4.1.1)."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from plainspoken.organization.throttle import TooMany
from plainspoken.portal import door, hours
from plainspoken.ui.request import Request


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    ours = cast(Request, request)
    try:
        door.admit(request)
    except TooMany as too_many:
        return door.later(ours, too_many)
    wanted = request.GET.get("language", "")
    with translation.override(wanted if wanted in door.LANGUAGES else translation.get_language()):
        return door.page(ours, "help", channels=hours.channels())
