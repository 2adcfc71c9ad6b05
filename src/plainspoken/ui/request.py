"""What a request carries after the middleware, for the types of views."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from plainspoken.ui.reader import Reader

T = TypeVar("T")


class Request(HttpRequest):
    htmx: HtmxDetails
    reader: Reader


def once(request: Request, name: str, read: Callable[[], T]) -> T:
    """The same answer within a request; it is read when it is first asked for."""
    known: dict[str, Any] = request.__dict__.setdefault("_once", {})
    if name not in known:
        known[name] = read()
    return cast(T, known[name])
