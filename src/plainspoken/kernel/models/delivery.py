"""What subscribers still owe to entries of the ledger."""

from django.db import models
from django.db.models import Q

from plainspoken.kernel.models.ledger import Entry


class Delivery(models.Model):
    """One entry for one subscriber, once. `stuck_at` says when it was put before a person."""

    entry = models.ForeignKey(Entry, models.PROTECT)
    subscriber = models.CharField(max_length=120)
    depth = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField(null=True)
    stuck_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "kernel_delivery"
        constraints = [models.UniqueConstraint(fields=["entry", "subscriber"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(done_at__isnull=True, stuck_at__isnull=True),
                name="delivery_waiting",
            )
        ]
