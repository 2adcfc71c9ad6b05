"""Long lists: paged by key, so page 1,000 costs what page 1 costs and nothing is shown twice or skipped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.core.exceptions import BadRequest
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

PAGE_ROWS = 50
PAGE_ROWS_MAX = 500

M = TypeVar("M", bound=Model)
Row = TypeVar("Row")
Value = int | float | str


@dataclass(frozen=True, slots=True)
class KeyPage(Generic[Row]):
    """`next` and `previous` are cursors for `?after=` and `?before=`, empty at the ends."""

    rows: list[Row]
    next: str
    previous: str


@dataclass(frozen=True, slots=True)
class Sorting:
    """A column of a table and its direction; `keys` go to `page_by_key`."""

    column: str
    descending: bool
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """Which page of a list is asked for: what lies beyond `cursor` in `order`, which goes backward to earlier pages."""

    keys: tuple[str, ...]
    order: tuple[str, ...]
    cursor: tuple[Value, ...]
    backward: bool

    @property
    def beyond(self) -> Q:
        return beyond(self.order, self.cursor) if self.cursor else Q()

    def page(self, found: Sequence[Row], size: int) -> KeyPage[Row]:
        """The page of what was found in `order`, one more than `size` where there are more."""
        more, rows = len(found) > size, list(found[:size])
        if self.backward:
            rows.reverse()
        after = bool(self.cursor) and not self.backward
        return _page(rows, self.keys, more or self.backward, after or (self.backward and more))


def look(request: HttpRequest, keys: Sequence[str]) -> Look:
    """The page the address asks for. Raises BadRequest when a cursor was not made by us for these keys."""
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    cursor = before or after
    order = tuple(map(_turned, keys)) if before else tuple(keys)
    return Look(tuple(keys), order, tuple(_read(cursor, keys)) if cursor else (), bool(before))


def besides(row: Any, keys: Sequence[str]) -> tuple[Look, Look]:
    """Where to look for the row before and the row after one."""
    values = tuple(_plain(_value(row, key.removeprefix("-"))) for key in keys)
    turned = tuple(map(_turned, keys))
    return Look(tuple(keys), turned, values, True), Look(tuple(keys), tuple(keys), values, False)


def sorting(request: HttpRequest, columns: Mapping[str, str], default: str, *, key: str = "id") -> Sorting:
    """The order `?sort=` asks for; `columns` maps a column's name to its field; `-` is descending."""
    wanted = request.GET.get("sort", default)
    if wanted.removeprefix("-") not in columns:
        raise BadRequest("unknown column")
    column, sign = wanted.removeprefix("-"), "-" if wanted.startswith("-") else ""
    return Sorting(column, sign == "-", (sign + columns[column], sign + key))


def page_by_key(
    queryset: QuerySet[M], request: HttpRequest, keys: Sequence[str], size: int = PAGE_ROWS
) -> KeyPage[M]:
    """Rows in the order of `keys`: NOT NULL fields, `-` for descending, the last one unique.

    Raises BadRequest when a cursor was not made by us for these keys.
    """
    assert 1 <= size <= PAGE_ROWS_MAX
    asked = look(request, keys)
    return asked.page(list(queryset.filter(asked.beyond).order_by(*asked.order)[: size + 1]), size)


def page_by_place(rows: Sequence[Row], request: HttpRequest, size: int = PAGE_ROWS) -> KeyPage[Row]:
    """A page of what is there as a whole; its cursors are places in it. Raises BadRequest for what is no place."""
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    try:
        place = min(max(int(before or after or 0), 0), len(rows))
    except ValueError:
        raise BadRequest("no place in this list") from None
    start = max(place - size, 0) if before else place
    end = start + size
    return KeyPage(list(rows[start:end]), str(end) if end < len(rows) else "", str(start) if start else "")


def _page(rows: list[Row], keys: Sequence[str], following: bool, preceding: bool) -> KeyPage[Row]:
    if not rows:
        return KeyPage([], "", "")
    return KeyPage(
        rows,
        next=_cursor(rows[-1], keys) if following else "",
        previous=_cursor(rows[0], keys) if preceding else "",
    )


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Strictly after `values`; the leading range condition lets PostgreSQL start inside the index."""
    condition = Q()
    for key, value in reversed(list(zip(order, values, strict=True))):
        name, side = key.removeprefix("-"), "lt" if key.startswith("-") else "gt"
        strictly = Q(**{f"{name}__{side}": value})
        further = Q(**{f"{name}__{side}e": value}) & (strictly | condition)
        condition = further if condition else strictly
    return condition


def _cursor(row: Any, keys: Sequence[str]) -> str:
    return signing.dumps([_plain(_value(row, key.removeprefix("-"))) for key in keys], salt=_salt(keys))


def _read(cursor: str, keys: Sequence[str]) -> list[Value]:
    try:
        values: list[Value] = signing.loads(cursor, salt=_salt(keys))
    except signing.BadSignature:
        raise BadRequest("not a cursor of this list") from None
    return values


def _salt(keys: Sequence[str]) -> str:
    return "plainspoken.ui.tables:" + ",".join(keys)


def _value(row: Any, path: str) -> Any:
    return reduce(getattr, path.split("__"), row)


def _plain(value: Any) -> Value:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    assert isinstance(value, int | float | str), f"a list cannot be paged by {value!r}"
    return value
