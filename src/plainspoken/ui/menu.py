"""The menu: each slice registers items in its own `menu.py`; the layout draws those the reader may use."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from plainspoken.kernel.errors import Text
from plainspoken.ui.request import Request


class Place(StrEnum):
    """Where an item stands. All but RAIL, RAIL_FOOT and PERSON hold one item each; LIVE is never drawn."""

    RAIL = "rail"
    RAIL_FOOT = "rail_foot"
    PERSON = "person"
    SEARCH = "search"
    COMMANDS = "commands"
    BELL = "bell"
    LIVE = "live"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """`url` is a URL name; an empty `permission` means every signed-in person; `badge` counts what waits.

    `key` is the shortcut, such as `g i`.
    `open_to` says for whom the item stands there where one permission does not tell.
    """

    code: str
    label: Text
    url: str
    icon: str
    permission: str = ""
    order: int = 50
    place: Place = Place.RAIL
    badge: Callable[[Request], int] | None = None
    key: str = ""
    open_to: Callable[[Request], bool] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as one reader sees it on one page."""

    code: str
    label: Text
    href: str
    icon: str
    badge: int
    current: bool
    key: str = ""


_items: dict[str, MenuItem] = {}


def register(*items: MenuItem) -> None:
    for item in items:
        assert item.code not in _items, f"the menu has two items called {item.code}"
        _items[item.code] = item


def entries(request: Request, place: Place, *, counted: bool = True) -> list[Entry]:
    """What stands at `place` for this reader, in order; the longest matching address is the current one.

    Without `counted` no badge is counted.
    """
    items = [item for item in _items.values() if item.place == place and _open_to(request, item)]
    addresses = {item.code: reverse(item.url) for item in items}
    current = _current(request.path, addresses)
    return [
        Entry(
            code=item.code,
            label=item.label,
            href=addresses[item.code],
            icon=item.icon,
            badge=item.badge(request) if item.badge and counted else 0,
            current=item.code == current,
            key=item.key,
        )
        for item in sorted(items, key=lambda item: (item.order, item.code))
    ]


def _open_to(request: Request, item: MenuItem) -> bool:
    if item.place == Place.SIGN_IN:
        return not request.reader.signed_in
    if item.open_to:
        return item.open_to(request)
    return request.reader.may(item.permission)


def _current(path: str, addresses: dict[str, str]) -> str:
    fitting = [code for code, address in addresses.items() if path == address or _below(path, address)]
    return max(fitting, key=lambda code: len(addresses[code]), default="")


def _below(path: str, address: str) -> bool:
    """Every address lies below `/`, which says nothing."""
    return address != "/" and path.startswith(address)
