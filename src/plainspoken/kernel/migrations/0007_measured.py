"""What is counted of a day is found without reading all days, and what one person did without reading what all did."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("kernel", "0006_sums_kept")]
    operations = [
        AddIndexConcurrently(
            "measureday", models.Index(fields=["staff_id", "measure", "day"], name="measure_day_staff")
        ),
        AddIndexConcurrently(
            "deadline",
            models.Index(
                fields=["kind", "due_at"],
                condition=models.Q(state="met") | models.Q(breached_at__isnull=False),
                name="deadline_settled",
            ),
        ),
    ]
