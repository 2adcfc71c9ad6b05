"""The roll-up of measures by day, and the days that have to be counted again."""

from django.db import models


class MeasureDay(models.Model):
    """How many records of a measure there are on a day for one combination of dimensions, and how many count."""

    measure = models.CharField(max_length=60)
    day = models.DateField()
    unit_id = models.UUIDField(null=True)
    staff_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=20)
    line_id = models.UUIDField(null=True)
    population = models.PositiveIntegerField()
    counting = models.PositiveIntegerField()

    class Meta:
        db_table = "kernel_measure_day"
        constraints = [
            models.UniqueConstraint(
                name="kernel_measure_day_once",
                fields=["measure", "day", "unit_id", "staff_id", "channel", "line_id"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="kernel_measure_day_counting_within",
                condition=models.Q(counting__lte=models.F("population")),
            ),
        ]
        indexes = [models.Index(fields=["staff_id", "measure", "day"], name="measure_day_staff")]


class MeasureUnitDay(models.Model):
    """The roll-up without staff. PostgreSQL keeps it as MeasureDay changes; what sums to nothing stays as 0."""

    measure = models.CharField(max_length=60)
    day = models.DateField()
    unit_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=20)
    line_id = models.UUIDField(null=True)
    population = models.IntegerField()
    counting = models.IntegerField()

    class Meta:
        db_table = "kernel_measure_unit_day"
        constraints = [
            models.UniqueConstraint(
                name="kernel_measure_unit_day_once",
                fields=["measure", "day", "unit_id", "channel", "line_id"],
                nulls_distinct=False,
            )
        ]


class MeasureStaffWeek(models.Model):
    """The roll-up by staff of the week that begins on `week`, a Monday; kept as MeasureUnitDay is."""

    measure = models.CharField(max_length=60)
    week = models.DateField()
    unit_id = models.UUIDField(null=True)
    staff_id = models.UUIDField(null=True)
    population = models.IntegerField()
    counting = models.IntegerField()

    class Meta:
        db_table = "kernel_measure_staff_week"
        constraints = [
            models.UniqueConstraint(
                name="kernel_measure_staff_week_once",
                fields=["measure", "week", "unit_id", "staff_id"],
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["staff_id", "measure", "week"], name="measure_week_staff")]


class MeasureDirty(models.Model):
    """A day of a measure to be counted again; several of the same are one piece of work."""

    measure = models.CharField(max_length=60)
    day = models.DateField()

    class Meta:
        db_table = "kernel_measure_dirty"
