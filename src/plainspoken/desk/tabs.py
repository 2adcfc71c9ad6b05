"""Choices above a list, as links: which one `?show=` asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.ui.request import Request


@dataclass(frozen=True, slots=True)
class Choice:
    label: Text
    condition: Callable[[Actor], Q]


@dataclass(frozen=True, slots=True)
class Tab:
    code: str
    label: Text
    current: bool


def chosen(request: Request, choices: Mapping[str, object], name: str = "show") -> str:
    """The code that is asked for; the first when none is, or one that is not there."""
    wanted = request.GET.get(name, "")
    return wanted if wanted in choices else next(iter(choices))


def tabs(choices: Mapping[str, Text], current: str) -> list[Tab]:
    return [Tab(code, label, code == current) for code, label in choices.items()]
