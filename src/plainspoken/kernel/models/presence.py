"""Who is looking at something now."""

from django.db import models


class Presence(models.Model):
    """One open screen. It is true for seconds and proves nothing, so the table is UNLOGGED: a crash empties it."""

    id = models.UUIDField(primary_key=True)
    subject_id = models.UUIDField()
    person_id = models.UUIDField()
    seen_at = models.DateTimeField()
    typing_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject_id"], name="presence_subject")]
