"""The search table: one row a text, found by its tokens, narrowed by unit and time."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func

WEEK_SECONDS = 604_800


class Weeks(Func):
    """The number of the week of a moment, counted from 1970, as a list of one: so that a GIN index holds it."""

    template = (
        f"(ARRAY[floor(extract(epoch FROM (%(expressions)s AT TIME ZONE 'UTC')) / {WEEK_SECONDS})::integer])"
    )
    output_field = ArrayField(models.IntegerField())


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
            # Whose it is and when it was stand beside the words: a common word is found in a week of three units.
            GinIndex(F("tokens"), F("units"), Weeks("at"), name="search_words", gin_pending_list_limit=512),
            models.Index(fields=["-at"], name="search_time"),
            models.Index(fields=["parent_id"], name="search_parent"),
        ]


class SearchPending(models.Model):
    """A text whose search row has to be made or made again."""

    text_id = models.UUIDField()

    class Meta:
        db_table = "kernel_search_pending"
