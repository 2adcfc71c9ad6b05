"""The search table: one row a text, found by its tokens, narrowed by unit and time."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchRow(models.Model):
    """`parent_id` is what the text belongs to (a conversation), `units` who works on it, `text` for rechecks."""

    id = models.UUIDField(primary_key=True)
    parent_id = models.UUIDField()
    units = ArrayField(models.UUIDField())
    at = models.DateTimeField()
    text = models.TextField()
    tokens = SearchVectorField()

    class Meta:
        db_table = "kernel_search"
        indexes = [
            GinIndex(fields=["tokens"], name="search_tokens"),
            models.Index(fields=["-at"], name="search_time"),
            models.Index(fields=["parent_id"], name="search_parent"),
        ]


class SearchPending(models.Model):
    """A text whose search row has to be made or made again."""

    text_id = models.UUIDField()

    class Meta:
        db_table = "kernel_search_pending"
