"""Those that wait in a unit are found by index in the order of their deadlines too, however many they are."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0009_waiting")]
    operations = [
        AddIndexConcurrently(
            "case",
            models.Index(
                fields=["unit", "due_at", "id"],
                condition=models.Q(state="received", owner__isnull=True),
                name="case_unit_waiting_due",
            ),
        )
    ]
