"""The counters human numbers are taken from."""

from django.db import models


class NumberSeries(models.Model):
    """The last number given in a series, such as Q-2026. Gaps are allowed."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveBigIntegerField()

    class Meta:
        db_table = "kernel_number_series"
