"""Programs of the firm that act through the API."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from plainspoken.organization.models.firm import Unit
from plainspoken.organization.models.people import Person, Role


class Integration(models.Model):
    """A program with the permissions of a role, which sees the rows of a unit and all below it.

    `person` answers for what it does. The token is never kept, only its hash. `free_at` is the moment at which its
    allowance of a minute is whole again.
    """

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=80)
    token_hash = models.BinaryField(unique=True)
    role = models.ForeignKey(Role, models.PROTECT)
    unit = models.ForeignKey(Unit, models.PROTECT)
    person = models.ForeignKey(Person, models.PROTECT)
    requests_a_minute = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    free_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="organization_integration_name", fields=["name"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="organization_integration_expires_later", condition=Q(expires_at__gt=F("made_at"))
            ),
            models.CheckConstraint(
                name="organization_integration_may_ask", condition=Q(requests_a_minute__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> datetime:
        """A moment of the last day on which the token opens something."""
        return self.expires_at - timedelta(seconds=1)
