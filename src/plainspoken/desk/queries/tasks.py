"""Tasks in somebody's sight, and what each is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from plainspoken.desk import subjects, words
from plainspoken.desk.subjects import Subject
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.work import kinds
from plainspoken.work.models import Task

COUNT_MAX = 100
KEYS = {"mine": ("opened_at", "id"), "units": ("opened_at", "id"), "done": ("-done_at", "-id")}

FACTS: dict[str, Text] = {
    "calendar": _("Calendar"),
    "year": _("Year"),
    "advice": _("What to do"),
    "reason": _("Reason"),
    "subscriber": _("Automatic step"),
    "trouble": _("What went wrong"),
}

SAID = words.HELD_REASONS | words.WHAT_TO_DO


@dataclass(frozen=True, slots=True)
class Told:
    task: Task
    label: Text
    subject: Subject

    @property
    def facts(self) -> list[tuple[Text, str]]:
        """What was noted for it, but for ids."""
        kept = {name: self.task.facts[name] for name in FACTS if name in self.task.facts}
        return [(FACTS[name], str(SAID.get(value, value))) for name, value in kept.items()]


def mine(by: Actor) -> Q:
    return Q(owner=by.id)


def of_units(by: Actor) -> Q:
    """Those of the reader's units that nobody has, and those of the reader."""
    return Q(unit__in=by.units, owner__isnull=True) | Q(owner=by.id)


def tasks(by: Actor) -> QuerySet[Task]:
    return access.visible(Task.objects.select_related("unit", "owner", "done_by"), by)


def shown(which: str, by: Actor) -> QuerySet[Task]:
    """The tasks of one choice of the list: `mine`, `units`, `done`."""
    match which:
        case "mine":
            return tasks(by).filter(mine(by), state="open")
        case "units":
            return tasks(by).filter(state="open")
    return tasks(by).filter(state="done")


def waiting(by: Actor) -> QuerySet[Task]:
    """The open tasks that wait for the reader, no more than COUNT_MAX."""
    return tasks(by).filter(of_units(by), state="open")[:COUNT_MAX]


def told(rows: Sequence[Task], by: Actor) -> list[Told]:
    """With what each is about."""
    about = subjects.told([(row.subject_type, row.subject_id) for row in rows], by)
    return [Told(row, kinds.tasks[row.kind].label, about[row.subject_type, row.subject_id]) for row in rows]
