"""Who sees a task: its owner and the members of its unit."""

from django.db.models import Q

from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor
from plainspoken.work.models import Task


def sees(by: Actor) -> Q:
    return Q(owner=by.id) | Q(unit__in=by.units)


access.rows(Task, sees=sees)
