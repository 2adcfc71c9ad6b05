"""Mailboxes, and every message as it arrived, before anybody has understood it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.machine import Edge, Machine, State
from plainspoken.kernel.models import Blob
from plainspoken.organization.models import Unit

RAW = Machine(
    "channels.raw",
    [
        State("waiting", _("Waiting")),
        State("received", _("Received"), open=False),
        State("duplicate", _("Duplicate"), open=False),
        State("held", _("Held")),
        State("ignored", _("Ignored"), open=False),
    ],
    [
        Edge("receive", ("waiting", "held"), "received"),
        Edge("find_duplicate", ("waiting",), "duplicate"),
        Edge("hold", ("waiting",), "held"),
        Edge("release", ("held",), None),
        Edge("ignore", ("waiting", "held"), "ignored"),
    ],
)


class Mailbox(models.Model):
    """An e-mail address of the firm. The password is named by `secret`, never kept here.

    Without `smtp_host` what leaves goes to the folder `outbox/` of PLAINSPOKEN_HOME. With `imap_host` mail is
    fetched from that server too, by a reader that keeps here how far it has come: `imap_validity` and the UIDs are
    the server's numbers, read up to `imap_read_uid` and marked there up to `imap_done_uid`.
    `relay` is the authserv-id of the server that brings the mail: only its Authentication-Results are believed.
    """

    class Security(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        NONE = "none", _("None, on this machine only")

    class Afterwards(models.TextChoices):
        SEEN = "seen", _("Mark as seen")
        MOVE = "move", _("Move to a folder")
        DELETE = "delete", _("Delete")

    class Trouble(models.TextChoices):
        UNREACHABLE = "unreachable", _("The mail server cannot be reached or ended the line")
        CERTIFICATE = "certificate_refused", _("The certificate of the mail server is not valid")
        SIGN_IN = "sign_in_refused", _("The mail server refused the user or the password")
        SECRET = "secret_missing", _("The password of the mailbox is not among the secrets")
        FOLDER = "folder_refused", _("The folder cannot be opened on the mail server")
        REFUSED = "command_refused", _("The mail server refused a command")
        GARBLED = "answer_garbled", _("The mail server said what could not be understood")
        ROOM = "no_room", _("There is no room on the disk for more mail")

    # What the reader keeps here changes by itself, under the hands of whoever has the form open.
    UNSHOWN = frozenset(
        (
            "imap_validity",
            "imap_read_uid",
            "imap_done_uid",
            "imap_contact_at",
            "imap_trouble",
            "imap_trouble_at",
        )
    )

    id = models.UUIDField(primary_key=True)
    address = models.EmailField(unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT)
    signature_zh = models.TextField(blank=True)
    signature_en = models.TextField(blank=True)
    smtp_host = models.CharField(max_length=200, blank=True)
    smtp_port = models.PositiveIntegerField(default=465)
    smtp_security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    smtp_user = models.CharField(max_length=200, blank=True)
    secret = models.CharField(max_length=80, blank=True)
    relay = models.CharField(max_length=255, blank=True)
    imap_host = models.CharField(max_length=200, blank=True)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    imap_user = models.CharField(max_length=200, blank=True)
    imap_secret = models.CharField(max_length=80, blank=True)
    imap_folder = models.CharField(max_length=200, default="INBOX")
    imap_since = models.DateField(null=True)
    imap_afterwards = models.CharField(max_length=10, choices=Afterwards.choices, default=Afterwards.SEEN)
    imap_move_to = models.CharField(max_length=200, blank=True)
    imap_validity = models.BigIntegerField(null=True)
    imap_read_uid = models.BigIntegerField(default=0)
    imap_done_uid = models.BigIntegerField(default=0)
    imap_contact_at = models.DateTimeField(null=True)
    imap_trouble = models.CharField(max_length=20, choices=Trouble.choices, blank=True)
    imap_trouble_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="channels_mailbox_done_is_read", condition=Q(imap_done_uid__lte=F("imap_read_uid"))
            ),
            models.CheckConstraint(
                name="channels_mailbox_fetched_since",
                condition=Q(imap_host="") | Q(imap_since__isnull=False) & ~Q(imap_user=""),
            ),
        ]

    @property
    def imap_in_trouble(self) -> bool:
        """Whether the server has not been spoken to since the last trouble."""
        return self.imap_trouble_at is not None and (
            self.imap_contact_at is None or self.imap_contact_at < self.imap_trouble_at
        )


class Raw(models.Model):
    """A message as it arrived. `reason` says in a code why it was held or ignored."""

    id = models.UUIDField(primary_key=True)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT)
    state = models.CharField(max_length=12, choices=RAW.choices, default=RAW.initial)
    reason = models.CharField(max_length=60, blank=True)
    blob = models.ForeignKey(Blob, models.PROTECT)
    digest = models.BinaryField()
    arrived_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        triggers = RAW.triggers()
        indexes = [
            models.Index(
                fields=["arrived_at", "id"], condition=Q(state="waiting"), name="channels_raw_waiting"
            ),
            models.Index(fields=["arrived_at", "id"], condition=Q(state="held"), name="channels_raw_held"),
        ]


class Seen(models.Model):
    """The first arrival of each message at each mailbox; a second one finds its place taken."""

    mailbox = models.ForeignKey(Mailbox, models.PROTECT)
    digest = models.BinaryField()
    raw = models.OneToOneField(Raw, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(name="channels_seen_once", fields=["mailbox", "digest"])]
