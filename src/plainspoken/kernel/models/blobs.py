"""Contents of any size: small ones in the row, larger ones in files, all encrypted."""

import pgtrigger
from django.db import models
from django.db.models import Q


class Blob(models.Model):
    """`sha256` and `size` (bytes) are those of the content. Removing takes the content and leaves the row."""

    id = models.UUIDField(primary_key=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.BinaryField()
    made_at = models.DateTimeField()
    sealed = models.BinaryField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_blob"
        triggers = [
            pgtrigger.Protect(name="blob_row_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="blob_facts_stay", fields=["id", "size", "sha256", "made_at"]),
            pgtrigger.Protect(
                name="blob_stays_removed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__removed_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="kernel_blob_removed_has_no_content",
                condition=Q(removed_at__isnull=True) | Q(sealed__isnull=True),
            )
        ]
