"""Whether somebody has read something since, found at once however much they read: made while work goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("kernel", "0002_live")]
    operations = [
        AddIndexConcurrently(
            "read", models.Index(fields=["actor_id", "subject_id", "at"], name="read_since")
        )
    ]
