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

Row = TypeVar("Row", bound=Model)
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


def sorting(request: HttpRequest, columns: Mapping[str, str], default: str, *, key: str = "id") -> Sorting:
    """The order `?sort=` asks for; `columns` maps a column's name to its field; `-` is descending."""
    wanted = request.GET.get("sort", default)
    if wanted.removeprefix("-") not in columns:
        raise BadRequest("unknown column")
    column, sign = wanted.removeprefix("-"), "-" if wanted.startswith("-") else ""
    return Sorting(column, sign == "-", (sign + columns[column], sign + key))


def page_by_key(
    queryset: QuerySet[Row], request: HttpRequest, keys: Sequence[str], size: int = PAGE_ROWS
) -> KeyPage[Row]:
    """Rows in the order of `keys`: NOT NULL fields, `-` for descending, the last one unique.

    Raises BadRequest when a cursor was not made by us for these keys.
    """
    assert 1 <= size <= PAGE_ROWS_MAX
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    backward = bool(before)
    order = [_turned(key) for key in keys] if backward else list(keys)
    if cursor := before or after:
        queryset = queryset.filter(_beyond(order, _read(cursor, keys)))
    found = list(queryset.order_by(*order)[: size + 1])
    more, rows = len(found) > size, found[:size]
    if backward:
        rows.reverse()
    return _page(rows, keys, following=more or backward, preceding=bool(after) or (backward and more))


def beside(queryset: QuerySet[Row], row: Row, keys: Sequence[str]) -> tuple[Row | None, Row | None]:
    """The rows before and after `row` in the order of `keys`; `row` itself need not be among them."""
    values = [_plain(_value(row, key.removeprefix("-"))) for key in keys]
    turned = [_turned(key) for key in keys]
    before = queryset.filter(_beyond(turned, values)).order_by(*turned).first()
    return before, queryset.filter(_beyond(keys, values)).order_by(*keys).first()


def _page(rows: list[Row], keys: Sequence[str], *, following: bool, preceding: bool) -> KeyPage[Row]:
    if not rows:
        return KeyPage([], "", "")
    return KeyPage(
        rows,
        next=_cursor(rows[-1], keys) if following else "",
        previous=_cursor(rows[0], keys) if preceding else "",
    )


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _beyond(order: Sequence[str], values: Sequence[Value]) -> Q:
    """Strictly after `values`; the leading range condition lets PostgreSQL start inside the index."""
    condition = Q()
    for key, value in reversed(list(zip(order, values, strict=True))):
        name, side = key.removeprefix("-"), "lt" if key.startswith("-") else "gt"
        strictly = Q(**{f"{name}__{side}": value})
        further = Q(**{f"{name}__{side}e": value}) & (strictly | condition)
        condition = further if condition else strictly
    return condition


def _cursor(row: Model, keys: Sequence[str]) -> str:
    return signing.dumps([_plain(_value(row, key.removeprefix("-"))) for key in keys], salt=_salt(keys))


def _read(cursor: str, keys: Sequence[str]) -> list[Value]:
    try:
        values: list[Value] = signing.loads(cursor, salt=_salt(keys))
    except signing.BadSignature:
        raise BadRequest("not a cursor of this list") from None
    return values


def _salt(keys: Sequence[str]) -> str:
    return "plainspoken.ui.tables:" + ",".join(keys)


def _value(row: Model, path: str) -> Any:
    return reduce(getattr, path.split("__"), row)


def _plain(value: Any) -> Value:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    assert isinstance(value, int | float | str), f"a list cannot be paged by {value!r}"
    return value
