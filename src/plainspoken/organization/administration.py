"""What may be administered: each slice registers its sections in its `menu.py`; one page lists a person's own."""

from dataclasses import dataclass

from plainspoken.kernel.errors import Text
from plainspoken.ui.request import Request


@dataclass(frozen=True, slots=True)
class Section:
    """`url` is a URL name; whoever has one of the `permissions` may open it."""

    code: str
    label: Text
    about: Text
    url: str
    icon: str
    permissions: tuple[str, ...]
    order: int


_sections: dict[str, Section] = {}


def register(*sections: Section) -> None:
    for one in sections:
        assert one.code not in _sections, f"two sections are called {one.code}"
        _sections[one.code] = one


def open_to(request: Request) -> list[Section]:
    """The sections of this reader, in order."""
    mine = [one for one in _sections.values() if any(map(request.reader.may, one.permissions))]
    return sorted(mine, key=lambda one: (one.order, one.code)) if request.reader.signed_in else []


def has_any(request: Request) -> bool:
    return bool(open_to(request))
