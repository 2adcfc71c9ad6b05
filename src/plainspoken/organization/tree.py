"""Ways up and down the tree of units, each in one query."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import connection

from plainspoken.kernel import remembered
from plainspoken.organization.models import Unit

DEPTH_MAX = 12

_UP = """
WITH RECURSIVE up (id, parent_id, step) AS (
    SELECT id, parent_id, 0 FROM organization_unit WHERE id = %(unit)s
    UNION ALL
    SELECT above.id, above.parent_id, up.step + 1
    FROM organization_unit above JOIN up ON above.id = up.parent_id WHERE up.step < %(depth)s
)
SELECT unit.* FROM organization_unit unit JOIN up ON unit.id = up.id ORDER BY up.step
"""
_DOWN = """
WITH RECURSIVE down (id, step) AS (
    SELECT id, 0 FROM organization_unit WHERE id = ANY(%(units)s)
    UNION ALL
    SELECT below.id, down.step + 1
    FROM organization_unit below JOIN down ON below.parent_id = down.id WHERE down.step < %(depth)s
)
SELECT id, max(step) FROM down GROUP BY id
"""


@remembered.once
def path(unit: UUID) -> list[Unit]:
    """The unit and those above it, the nearest first."""
    return list(Unit.objects.raw(_UP, {"unit": unit, "depth": DEPTH_MAX}))


def below(units: Iterable[UUID]) -> frozenset[UUID]:
    """The units and all below them."""
    return frozenset(_steps_down(roots)) if (roots := list(units)) else frozenset()


def height(unit: UUID) -> int:
    """How many units stand below the unit on the longest way down; 0 for one without any."""
    return max(_steps_down([unit]).values(), default=0)


def depth_first() -> list[tuple[int, Unit]]:
    """Every unit below its parent, siblings by code, each with its depth from 0."""
    children: dict[UUID | None, list[Unit]] = {}
    for unit in Unit.objects.order_by("code"):
        children.setdefault(unit.parent_id, []).append(unit)
    return list(_walk(children, None, 0))


def _steps_down(units: Iterable[UUID]) -> dict[UUID, int]:
    with connection.cursor() as cursor:
        cursor.execute(_DOWN, {"units": list(units), "depth": DEPTH_MAX})
        return dict(cursor.fetchall())


def _walk(
    children: dict[UUID | None, list[Unit]], parent: UUID | None, depth: int
) -> Iterator[tuple[int, Unit]]:
    for unit in children.get(parent, ()):
        yield depth, unit
        yield from _walk(children, unit.pk, depth + 1)
