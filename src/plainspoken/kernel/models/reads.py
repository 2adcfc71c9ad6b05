"""Who opened which record, and why: the read journal."""

from django.db import models

from plainspoken.kernel.models.append_only import append_only


class Read(models.Model):
    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_post = models.CharField(max_length=80, blank=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    purpose = models.CharField(max_length=60)

    class Meta:
        db_table = "kernel_read"
        triggers = append_only("read")
        indexes = [
            models.Index(fields=["subject_id", "at"], name="read_subject"),
            models.Index(fields=["actor_id", "at"], name="read_actor"),
            models.Index(fields=["actor_id", "subject_id", "at"], name="read_since"),
        ]
