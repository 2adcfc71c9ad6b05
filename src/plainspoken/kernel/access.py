"""The one door to what a person may see.

Who sees a conversation and its cases: members of a unit that works on it, its owner, the heads above them,
the supervision team (read only), and those a task on it names; nobody named in an exclusion on it. A slice
says with `Rows` how its table answers these questions; lists, counts, search, live events and exports all
go through `visible`, one subject through `open`.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from plainspoken.kernel import clock, ledger
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Read

M = TypeVar("M", bound=Model)
Condition = Callable[[Actor], Q]
_sees: dict[type[Model], list[Condition]] = defaultdict(list)
_excluded: dict[type[Model], Condition] = {}


def rows(model: type[Model], *, sees: Condition, excluded: Condition | None = None) -> None:
    """Say who sees a row of the table, and who is kept from it all the same. Upper slices may add to who sees."""
    _sees[model].append(sees)
    if excluded:
        kept_from(model, excluded)


def kept_from(model: type[Model], excluded: Condition) -> None:
    """Say who is kept from a row of the table; once, where the rows that exclude are known."""
    assert model not in _excluded, f"{model.__name__} has its exclusion already"
    _excluded[model] = excluded


def visible(queryset: QuerySet[M], by: Actor) -> QuerySet[M]:
    """The rows of the queryset that the actor may see."""
    model = queryset.model
    if not by.sees_all:
        queryset = queryset.filter(reduce(or_, [sees(by) for sees in _sees[model]]))
    return queryset.exclude(_excluded[model](by)) if model in _excluded else queryset


def open(queryset: QuerySet[M], pk: UUID, by: Actor, *, purpose: str = "work") -> M:
    """One row, noted in the read journal. Http404 when there is none or the actor may not see it."""
    subject = visible(queryset, by).filter(pk=pk).first()
    if subject is None:
        raise Http404
    journal(subject, by, purpose=purpose)
    return subject


def journal(subject: Model, by: Actor, *, purpose: str) -> None:
    """Note that the actor read the subject."""
    Read.objects.create(
        id=uuid7(),
        at=clock.now(),
        actor_id=by.id,
        actor_post=by.post,
        subject_type=ledger.code_of(subject),
        subject_id=subject.pk,
        purpose=purpose,
    )
