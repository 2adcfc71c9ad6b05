"""What one person did is found without reading what all did."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("kernel", "0006_sums_kept")]
    operations = [
        AddIndexConcurrently(
            "measureday", models.Index(fields=["staff_id", "measure", "day"], name="measure_day_staff")
        )
    ]
