"""What a person keeps at the desk: views of the list of cases."""

from django.db import models
from django.db.models import Q

from plainspoken.organization.models import Person, Unit


class View(models.Model):
    """A combination of tab, order and filters under a name, its owner's; `unit`: whose members see it too.

    `asked` is what the address of the list asks for, as `narrowing.asked` writes it. `place` orders the views of
    one owner.
    """

    id = models.UUIDField(primary_key=True)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=40)
    asked = models.CharField(max_length=600)
    place = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="desk_view_name_once_per_owner", fields=["owner", "name"]),
            models.CheckConstraint(name="desk_view_is_named", condition=~Q(name="")),
        ]
        indexes = [
            models.Index(fields=["owner", "place"], name="desk_view_order"),
            models.Index(fields=["unit"], condition=Q(unit__isnull=False), name="desk_view_shared"),
        ]
