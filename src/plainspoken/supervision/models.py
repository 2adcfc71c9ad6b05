"""What customers say of us, asked for after a case is closed (6.1.2); and where the ledger's checkpoints are kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Case
from plainspoken.channels.models import Mailbox
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


class Place(models.Model):
    """Outside the house, where signed checkpoints of the ledger are kept: a folder, or an address one is mailed to.

    One is kept each day, and sooner after `after_entries` entries. `kept_size` and `kept_at` are of the last one.
    """

    class Trouble(models.TextChoices):
        FOLDER = "folder_gone", _("The folder is not there, or cannot be written to")
        OTHER = "other_checkpoint", _("Another checkpoint of this size stands there")
        MAIL = "mail_refused", _("The mail server did not take the letter")

    UNSHOWN = frozenset(("kept_size", "kept_at", "trouble", "trouble_at"))
    AFTER_ENTRIES = 10_000

    id = models.UUIDField(primary_key=True)
    folder = models.CharField(max_length=500, blank=True)
    address = models.EmailField(blank=True)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True)
    after_entries = models.PositiveIntegerField(default=AFTER_ENTRIES)
    kept_size = models.BigIntegerField(default=0)
    kept_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=20, choices=Trouble.choices, blank=True)
    trouble_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folder", "address"], name="supervision_place_once"),
            models.CheckConstraint(
                name="supervision_place_folder_or_address",
                condition=~Q(folder="") & Q(address="", mailbox__isnull=True)
                | Q(folder="", mailbox__isnull=False) & ~Q(address=""),
            ),
        ]

    @property
    def name(self) -> str:
        return self.folder or self.address
