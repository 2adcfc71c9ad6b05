"""Light, dark, or as the system says; kept in a cookie so that the server draws it at once."""

from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


def chosen(request: HttpRequest) -> Theme:
    value = request.COOKIES.get(settings.THEME_COOKIE_NAME, Theme.AUTO)
    return Theme(value) if value in set(Theme) else Theme.AUTO
