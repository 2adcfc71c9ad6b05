"""Mailboxes, and every message as it arrived, before anybody has understood it."""

from django.db import models
from django.db.models import Q
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

    Without `smtp_host` what leaves goes to the folder `outbox/` of PLAINSPOKEN_HOME. `relay` is the authserv-id of
    the server that brings the mail: only its Authentication-Results are believed.
    """

    class Security(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        NONE = "none", _("None, on this machine only")

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
