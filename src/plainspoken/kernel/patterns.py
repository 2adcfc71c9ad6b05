"""Statements that are alike for everybody who may do the same: built once by the ORM, then only filled in.

To build the list of cases from the conditions of every slice takes longer than PostgreSQL needs to answer it. What is
built is built for nobody in particular: in the place of ids, units and moments stand values that nothing has, and
those of the reader are put in their place. So a condition may use what it is given, but not work anything out of it.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from plainspoken.kernel.actor import Actor

STATEMENTS_MAX = 2_000
_PLACE = 0xFFFF_0000_0000_4000_8000_0000_0000_0000
NOBODY = UUID(int=_PLACE)
NO_UNIT = UUID(int=_PLACE + 1)
NO_ROW = UUID(int=_PLACE + 2)
NO_PERSON = UUID(int=_PLACE + 3)
NO_POST = "kernel.patterns.post"
NO_TIME = datetime(1, 1, 2, tzinfo=UTC)
_UNITS = _PLACE + 1_000

Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is sent, with the places of its values; `sql` is empty where nothing can be found."""

    sql: str
    values: tuple[Any, ...]


_built: dict[Hashable, Statement] = {}


def rows(
    name: Hashable,
    by: Actor,
    build: Callable[[Actor], QuerySet[Any, Any] | Statement],
    given: Mapping[Any, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """What the statement finds for the actor; `given` are more values, each by what stands in its place.

    Statements of the same name are the same but for who asks.
    """
    statement = filled(name, by, build, given)
    if not statement.sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def filled(
    name: Hashable,
    by: Actor,
    build: Callable[[Actor], QuerySet[Any, Any] | Statement],
    given: Mapping[Any, Any] | None = None,
) -> Statement:
    """The statement as it is sent for this actor."""
    units = sorted(by.units)
    anybody = _anybody(by, len(units))
    key = (name, anybody)
    statement = _built.get(key)
    if statement is None:
        if len(_built) >= STATEMENTS_MAX:
            _built.clear()
        statement = _built[key] = written(build(anybody))
    places = {NOBODY: by.id, NO_UNIT: by.unit, NO_POST: by.post, NO_PERSON: by.responsible, **(given or {})}
    places |= {UUID(int=_UNITS + number): unit for number, unit in enumerate(units)}
    return Statement(statement.sql, tuple(_put(value, places) for value in statement.values))


def written(rows: QuerySet[Any, Any] | Statement) -> Statement:
    """The queryset as a statement."""
    if isinstance(rows, Statement):
        return rows
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return Statement("", ())
    return Statement(sql, tuple(values))


def _anybody(by: Actor, units: int) -> Actor:
    return replace(
        by,
        id=NOBODY,
        name="",
        post=by.post and NO_POST,
        unit=by.unit and NO_UNIT,
        responsible=by.responsible and NO_PERSON,
        units=frozenset(UUID(int=_UNITS + number) for number in range(units)),
    )


def _put(value: Any, places: Mapping[Any, Any]) -> Any:
    if isinstance(value, list):
        return [_put(one, places) for one in value]
    return places.get(value, value) if isinstance(value, UUID | datetime | str) else value
