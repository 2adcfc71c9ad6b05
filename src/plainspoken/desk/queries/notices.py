"""The bell: what happened that a person was told of."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from plainspoken.desk import subjects
from plainspoken.desk.subjects import Subject
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.work import kinds
from plainspoken.work.models import Notice

KEYS = ("-at", "-id")
COUNT_MAX = 100


@dataclass(frozen=True, slots=True)
class Told:
    notice: Notice
    label: Text
    subject: Subject


def unseen(by: Actor) -> QuerySet[Notice]:
    """The new strokes, no more than COUNT_MAX."""
    return Notice.objects.filter(person=by.id, seen_at__isnull=True)[:COUNT_MAX]


def told(rows: Sequence[Notice], by: Actor) -> list[Told]:
    """With what each is about."""
    about = subjects.told([(row.subject_type, row.subject_id) for row in rows], by)
    return [Told(row, kinds.notices[row.kind].label, about[row.subject_type, row.subject_id]) for row in rows]
