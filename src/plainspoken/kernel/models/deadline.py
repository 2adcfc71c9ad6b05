"""Promises with a clock: one table for every kind of deadline."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.machine import Edge, Machine, State

DEADLINE = Machine(
    "kernel.deadline",
    [
        State("running", _("Running")),
        State("paused", _("Paused")),
        State("met", _("Met"), open=False),
        State("dropped", _("Dropped"), open=False),
    ],
    [
        Edge("pause", ("running",), "paused"),
        Edge("resume", ("paused",), "running"),
        Edge("meet", ("running", "paused"), "met"),
        Edge("drop", ("running", "paused"), "dropped"),
    ],
)


class Deadline(models.Model):
    """A deadline of one kind on one subject. Times in UTC; `amount` in what `counted_in` names.

    `breached_at` is the due moment of a promise not kept in time; it stays when the deadline is met later.
    `remaining` are the working minutes left when it was last paused; `pauses` pairs of ISO times. `steps` are
    the moments of the kind's ladder, `next_at` the next of them. `unit_id` and `owner_id` say whose it is at
    the moment, so that what is due is found by index.
    """

    class CountedIn(models.TextChoices):
        WORKING_MINUTES = "working_minutes", _("working minutes")
        WORKING_DAYS = "working_days", _("working days")
        NATURAL_DAYS = "natural_days", _("natural days")
        MOMENT = "moment", _("a moment somebody named")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=DEADLINE.choices, default=DEADLINE.initial)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    unit_id = models.UUIDField()
    owner_id = models.UUIDField(null=True)
    calendar = models.CharField(max_length=60)
    counted_in = models.CharField(max_length=20, choices=CountedIn.choices)
    amount = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list)
    remaining = models.PositiveIntegerField(null=True)
    provisional = models.BooleanField(default=False)
    missing_years = models.JSONField(default=list)
    derivation = models.JSONField(default=list)
    steps = ArrayField(models.DateTimeField())
    next_step = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_deadline"
        triggers = DEADLINE.triggers()
        constraints = [
            models.CheckConstraint(
                name="kernel_deadline_met_says_when",
                condition=Q(state="met", met_at__isnull=False) | (~Q(state="met") & Q(met_at__isnull=True)),
            ),
            models.UniqueConstraint(
                name="kernel_deadline_one_open",
                fields=["subject_id", "kind"],
                condition=Q(state__in=["running", "paused"]),
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="running"), name="deadline_next"),
            models.Index(fields=["owner_id", "due_at"], condition=Q(state="running"), name="deadline_owner"),
            models.Index(fields=["unit_id", "due_at"], condition=Q(state="running"), name="deadline_unit"),
            models.Index(
                fields=["kind", "due_at"],
                condition=Q(state="met") | Q(breached_at__isnull=False),
                name="deadline_settled",
            ),
            models.Index(fields=["subject_id"], name="deadline_subject"),
            models.Index(
                fields=["calendar"],
                condition=Q(provisional=True, state__in=["running", "paused"]),
                name="deadline_provisional",
            ),
        ]
