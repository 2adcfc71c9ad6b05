from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

SETTLED = models.Q(("state__in", ["closed", "no_inquiry"]))


def settled(column: str) -> AddIndexConcurrently:
    """The settled cases by a column, the latest first: made while work goes on."""
    fields = [column, "-last_at", "-id"]
    return AddIndexConcurrently(
        "case", models.Index(fields=fields, condition=SETTLED, name=f"case_{column}_settled")
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0003_bulk_validated")]
    operations = [settled("owner"), settled("line"), settled("type")]
