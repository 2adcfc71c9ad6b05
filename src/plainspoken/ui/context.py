"""The one context processor: what layouts need, as `ui`, computed only when a template asks for it."""

from functools import cached_property
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from plainspoken.kernel import clock
from plainspoken.ui import theme
from plainspoken.ui.menu import Entry, Place, entries
from plainspoken.ui.reader import Reader
from plainspoken.ui.request import Request

_TAGS = {"zh-hans": "zh-Hans", "en": "en"}


class Page:
    def __init__(self, request: Request) -> None:
        self._request = request
        self.demo: bool = settings.DEMO
        self.theme = theme.chosen(request)
        self.languages = settings.LANGUAGES

    @cached_property
    def reader(self) -> Reader:
        return self._request.reader

    @property
    def language(self) -> str:
        """Django's code, such as `zh-hans`."""
        return get_language() or settings.LANGUAGE_CODE

    @property
    def language_tag(self) -> str:
        """BCP 47, such as `zh-Hans`."""
        return _TAGS[self.language]

    @property
    def here(self) -> str:
        """Where a switch of theme or language leads back to; a form's answer has no address of its own."""
        request = self._request
        return request.get_full_path() if request.method == "GET" else request.path

    @cached_property
    def rail(self) -> list[Entry]:
        return entries(self._request, Place.RAIL)

    @cached_property
    def rail_foot(self) -> list[Entry]:
        return entries(self._request, Place.RAIL_FOOT)

    @cached_property
    def person_menu(self) -> list[Entry]:
        return entries(self._request, Place.PERSON)

    @cached_property
    def search(self) -> Entry | None:
        return next(iter(entries(self._request, Place.SEARCH)), None)

    @cached_property
    def commands(self) -> Entry | None:
        return next(iter(entries(self._request, Place.COMMANDS)), None)

    @cached_property
    def bell(self) -> Entry | None:
        return next(iter(entries(self._request, Place.BELL)), None)

    @cached_property
    def live(self) -> Entry | None:
        """The stream of the reader's screens; nobody without a post has one."""
        return next(iter(entries(self._request, Place.LIVE)), None) if self.reader.post else None

    @property
    def now(self) -> int:
        """The moment of this page in milliseconds: what is told after it, the page does not show yet."""
        return int(clock.now().timestamp() * 1000)

    @cached_property
    def sign_in(self) -> Entry | None:
        return next(iter(entries(self._request, Place.SIGN_IN)), None)

    @cached_property
    def sign_out(self) -> Entry | None:
        return next(iter(entries(self._request, Place.SIGN_OUT)), None)


def page(request: HttpRequest) -> dict[str, Page]:
    return {"ui": Page(cast(Request, request))}
