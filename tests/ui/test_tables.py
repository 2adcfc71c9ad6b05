from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainspoken.organization.models import Session
from plainspoken.ui.tables import KeyPage, page_by_key, page_by_place, sorting

START = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
ORDERS = [
    ("-expire_date", "-session_key"),
    ("expire_date", "session_key"),
    ("-expire_date", "session_key"),
    ("session_data", "-expire_date", "session_key"),
]


def _request(**query: str) -> HttpRequest:
    return RequestFactory().get("/", query)


def _page(keys: tuple[str, ...], size: int, **query: str) -> KeyPage[Session]:
    return page_by_key(Session.objects.all(), _request(**query), keys, size)


def _fill(minutes: list[int]) -> None:
    Session.objects.all().delete()
    Session.objects.bulk_create(
        Session(
            session_key=f"{n:03}",
            session_data=str(minute % 2),
            expire_date=START + timedelta(minutes=minute),
            since=START,
            last_seen=START,
        )
        for n, minute in enumerate(minutes)
    )


def _names(page: KeyPage[Session]) -> list[str]:
    return [row.session_key for row in page.rows]


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    minutes=st.lists(st.integers(0, 4), max_size=23),
    keys=st.sampled_from(ORDERS),
    size=st.integers(1, 7),
)
def test_walking_shows_each_row_once_in_order_and_back_again(
    minutes: list[int], keys: tuple[str, ...], size: int
) -> None:
    _fill(minutes)
    expected = list(Session.objects.order_by(*keys).values_list("session_key", flat=True))
    pages = [page := _page(keys, size)]
    while page.next:
        pages.append(page := _page(keys, size, after=page.next))
    assert [name for page in pages for name in _names(page)] == expected
    assert pages[0].previous == ""
    for earlier in reversed(pages[:-1]):
        page = _page(keys, size, before=page.previous)
        assert _names(page) == _names(earlier)
    assert page.previous == ""


@pytest.mark.django_db
def test_rows_that_arrive_meanwhile_move_nothing() -> None:
    _fill([5, 4, 3, 2, 1])
    first = _page(ORDERS[0], 2)
    ahead = START + timedelta(minutes=9)
    Session.objects.create(
        session_key="new", session_data="", expire_date=ahead, since=START, last_seen=START
    )
    assert _names(_page(ORDERS[0], 2, after=first.next)) == ["002", "003"]


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["nonsense", "WzFd:1abc:def"])
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(BadRequest):
        _page(ORDERS[0], 2, after=cursor)


@pytest.mark.django_db
def test_a_cursor_of_another_order_is_refused() -> None:
    _fill([1, 2, 3])
    with pytest.raises(BadRequest):
        _page(ORDERS[1], 2, after=_page(ORDERS[0], 2).next)


@pytest.mark.parametrize("size", [0, 501])
def test_a_page_has_its_limits(size: int) -> None:
    with pytest.raises(AssertionError):
        _page(ORDERS[0], size)


def test_sorting_follows_the_address() -> None:
    columns = {"received": "received_at", "who": "customer__name"}
    assert sorting(_request(), columns, "-received").keys == ("-received_at", "-id")
    by_name = sorting(_request(sort="who"), columns, "-received")
    assert (by_name.column, by_name.descending, by_name.keys) == ("who", False, ("customer__name", "id"))


def test_sorting_by_an_unknown_column_is_refused() -> None:
    with pytest.raises(BadRequest):
        sorting(_request(sort="password"), {"received": "received_at"}, "-received")


@pytest.mark.parametrize(
    ("asked", "rows", "following", "preceding"),
    [
        ({}, "abc", "3", ""),
        ({"after": "3"}, "def", "6", "3"),
        ({"after": "6"}, "g", "", "6"),
        ({"before": "6"}, "def", "6", "3"),
        ({"before": "2"}, "abc", "3", ""),
        ({"before": "99"}, "efg", "", "4"),
        ({"after": "99"}, "", "", "7"),
        ({"after": "-5"}, "abc", "3", ""),
    ],
)
def test_a_list_that_is_there_is_paged_by_place(
    asked: dict[str, str], rows: str, following: str, preceding: str
) -> None:
    page = page_by_place("abcdefg", _request(**asked), 3)
    assert ("".join(page.rows), page.next, page.previous) == (rows, following, preceding)


@pytest.mark.parametrize("place", ["x", "1.5", "9" * 5_000])
def test_what_is_no_place_in_a_list_is_refused(place: str) -> None:
    with pytest.raises(BadRequest):
        page_by_place("abc", _request(after=place), 3)
