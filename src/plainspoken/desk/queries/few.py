"""The first rows of a long list that somebody sees."""

from collections.abc import Callable
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
LOOKED_AT = (50, 1_000)


def first(ordered: QuerySet[M], seen: Callable[[QuerySet[M]], QuerySet[M]], count: int) -> list[M]:
    """Whether somebody sees a row is asked of few, and of more only where those were not enough.

    Asked of all of them, as PostgreSQL would to sort them, it costs a look at tables that are no part of the order.
    """
    found: list[M] = []
    for looked_at in (*LOOKED_AT, None):
        keys = list(ordered.values_list("pk", flat=True)[:looked_at])
        rows = seen(ordered.model._default_manager.filter(pk__in=keys))
        found = list(rows.order_by(*ordered.query.order_by)[:count])
        if len(found) == count or looked_at is None or len(keys) < looked_at:
            break
    return found
