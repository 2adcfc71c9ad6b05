"""Smaller sums of the roll-up, for questions that are about many days."""

from django.db import migrations, models

UNIT_DAY = "measure, day, unit_id, channel, line_id"
STAFF_WEEK = "measure, week, unit_id, staff_id"


def summed(name: str, db_table: str, columns: dict[str, models.Field], fields: list[str]) -> migrations.CreateModel:
    counts = {one: models.IntegerField() for one in ("population", "counting")}
    once = models.UniqueConstraint(name=f"{db_table}_once", fields=fields, nulls_distinct=False)
    id_ = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
    return migrations.CreateModel(
        name, [("id", id_), *columns.items(), *counts.items()], {"db_table": db_table, "constraints": [once]}
    )


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_pages")]
    operations = [
        summed(
            "MeasureUnitDay",
            "kernel_measure_unit_day",
            {
                "measure": models.CharField(max_length=60),
                "day": models.DateField(),
                "unit_id": models.UUIDField(null=True),
                "channel": models.CharField(max_length=20),
                "line_id": models.UUIDField(null=True),
            },
            UNIT_DAY.split(", "),
        ),
        summed(
            "MeasureStaffWeek",
            "kernel_measure_staff_week",
            {
                "measure": models.CharField(max_length=60),
                "week": models.DateField(),
                "unit_id": models.UUIDField(null=True),
                "staff_id": models.UUIDField(null=True),
            },
            STAFF_WEEK.split(", "),
        ),
        migrations.AddIndex(
            "MeasureStaffWeek",
            models.Index(fields=["staff_id", "measure", "week"], name="measure_week_staff"),
        ),
    ]
