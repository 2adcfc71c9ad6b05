"""Whom a task concerns: its unit and its owner. The bell is rung for one person."""

from uuid import UUID

from plainspoken.kernel import live
from plainspoken.kernel.ledger import Draft
from plainspoken.kernel.live import Audience, Key
from plainspoken.organization.models import Unit
from plainspoken.work.models import Task


def concerned(ids: set[UUID]) -> dict[UUID, Audience]:
    rows = Task.objects.filter(pk__in=ids).values_list("pk", "unit", "owner")
    return {
        key: Audience(units=frozenset({unit}), people=frozenset({owner} if owner else ()))
        for key, unit, owner in rows
    }


def itself(draft: Draft) -> Key:
    return Task, draft.subject.pk


def opened(draft: Draft) -> Key | None:
    """A task is born under its unit."""
    task = live.fact(draft, "task")
    return (Task, task) if task else None


live.place(Task, itself)
live.place(Unit, opened)
live.audience(Task, concerned)
