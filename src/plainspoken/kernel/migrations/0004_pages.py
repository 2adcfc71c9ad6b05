"""Whether somebody has read something since, found at once however much they read; words by unit and by week.

All made while work goes on; the old index of words goes when the new one is there.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F

from plainspoken.kernel.models.search import Weeks


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("kernel", "0003_intake")]
    operations = [
        AddIndexConcurrently(
            "read", models.Index(fields=["actor_id", "subject_id", "at"], name="read_since")
        ),
        AddIndexConcurrently(
            "searchrow",
            GinIndex(
                F("tokens"), F("units"), Weeks("at"), name="search_words", gin_pending_list_limit=512
            ),
        ),
        RemoveIndexConcurrently("searchrow", "search_tokens"),
    ]
