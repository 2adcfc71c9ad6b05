"""What customers say of us: ratings asked for after a case is closed (6.1.2)."""

from django.db import models
from django.db.models import Q

from plainspoken.cases.models import Case
from plainspoken.conversations.models import Message


class Survey(models.Model):
    """One request for a rating of one case; `score` is 1 to 5 once the customer has answered."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True)
    message = models.OneToOneField(Message, models.PROTECT)
    asked_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    rated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="supervision_survey_score_1_to_5",
                condition=Q(score__isnull=True, rated_at__isnull=True)
                | Q(score__gte=1, score__lte=5, rated_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["asked_at"], name="survey_asked")]
