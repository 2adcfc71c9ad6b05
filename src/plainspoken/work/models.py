"""Tasks with an owner, a deadline and proof; the bell that tells a person of something."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.machine import Edge, Machine, State
from plainspoken.organization.models import Person, Unit

TASK = Machine(
    "work.task",
    [
        State("open", _("Open")),
        State("done", _("Done"), open=False),
        State("dropped", _("Dropped"), open=False),
    ],
    [
        Edge("assign", ("open",), None),
        Edge("finish", ("open",), "done"),
        Edge("drop", ("open",), "dropped"),
    ],
)


class Task(models.Model):
    """Something a person has to do about a subject. `kind` says what; `key` keeps the same from standing twice."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=TASK.choices, default=TASK.initial)
    unit = models.ForeignKey(Unit, models.PROTECT)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="tasks")
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="tasks_done")
    proof = models.TextField(blank=True)

    class Meta:
        triggers = TASK.triggers()
        constraints = [
            models.UniqueConstraint(
                name="work_task_once_open", fields=["kind", "key"], condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="work_task_done_says_when", condition=~Q(state="done") | Q(done_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "opened_at"], condition=Q(state="open"), name="work_task_unit"),
            models.Index(fields=["owner", "opened_at"], condition=Q(state="open"), name="work_task_owner"),
            models.Index(fields=["subject_id"], name="work_task_subject"),
        ]


class Notice(models.Model):
    """One stroke of the bell: what happened to which subject, for one person."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT)
    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at"], name="work_notice_person"),
            models.Index(fields=["person"], condition=Q(seen_at__isnull=True), name="work_notice_unseen"),
        ]
