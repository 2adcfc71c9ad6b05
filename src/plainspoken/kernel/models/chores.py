"""What is done once a day without anybody asking."""

from django.db import models


class Chore(models.Model):
    """A daily chore, and the local day on which it was last done: none before the first time."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=60, unique=True)
    done_on = models.DateField(null=True)

    class Meta:
        db_table = "kernel_chore"
