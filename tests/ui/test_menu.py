from uuid import uuid4

import pytest
from django.test import RequestFactory

from plainspoken.kernel.actor import Actor, Kind
from plainspoken.ui import menu
from plainspoken.ui.menu import MenuItem, Place
from plainspoken.ui.reader import ANONYMOUS, Reader
from plainspoken.ui.request import Request

CLERK = Reader("林书瑶", actor=Actor(Kind.STAFF, uuid4(), "林书瑶", frozenset({"cases.read"})))


@pytest.fixture(autouse=True)
def empty_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_items", {})


def _request(reader: Reader, path: str = "/") -> Request:
    request = RequestFactory().get(path)
    request.reader = reader  # type: ignore[attr-defined]
    return request  # type: ignore[return-value]


def test_the_reader_sees_what_their_permissions_open_in_order() -> None:
    menu.register(
        MenuItem("b", "B", "ui.theme", "mail", order=2, permission="cases.read"),
        MenuItem("a", "A", "ui.language", "mail", order=1, badge=lambda request: 7),
        MenuItem("c", "C", "ui.theme", "mail", permission="ledger.read"),
    )
    shown = menu.entries(_request(CLERK), Place.RAIL)
    assert [(entry.code, entry.badge) for entry in shown] == [("a", 7), ("b", 0)]


def test_a_stranger_sees_the_sign_in_alone() -> None:
    menu.register(
        MenuItem("a", "A", "ui.theme", "mail"),
        MenuItem("in", "Sign in", "ui.theme", "login", place=Place.SIGN_IN),
    )
    assert menu.entries(_request(ANONYMOUS), Place.RAIL) == []
    assert len(menu.entries(_request(ANONYMOUS), Place.SIGN_IN)) == 1
    assert menu.entries(_request(CLERK), Place.SIGN_IN) == []


def test_the_longest_fitting_address_is_the_current_one() -> None:
    menu.register(MenuItem("a", "A", "ui.theme", "mail"), MenuItem("b", "B", "ui.language", "mail"))
    shown = menu.entries(_request(CLERK, "/ui/theme/more"), Place.RAIL)
    assert [entry.code for entry in shown if entry.current] == ["a"]


def test_two_items_of_one_name_are_a_mistake() -> None:
    menu.register(MenuItem("a", "A", "ui.theme", "mail"))
    with pytest.raises(AssertionError):
        menu.register(MenuItem("a", "Another", "ui.theme", "mail"))
