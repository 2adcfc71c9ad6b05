"""Messages: what a customer wrote, what we wrote, and what was said inside."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plainspoken.channels.models import Raw
from plainspoken.conversations.models.conversation import Conversation
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel.models import Blob
from plainspoken.organization.models import Person, Unit


class Message(models.Model):
    """`visible_text` is the text without quotes and signature. `header_id` is the Message-ID without brackets.
    `known_at`: since when it stands here, where that is later than it was said; mail may have waited for intake.
    `machine_made`: no person wrote it (a list, a web form), so nothing is answered by itself."""

    class Kind(models.TextChoices):
        IN = "in", _("From the customer")
        OUT = "out", _("To the customer")
        AUTOMATIC = "automatic", _("Sent by the system")
        NOTE = "note", _("Internal note")
        INSIDE = "inside", _("Forwarded inside")

    id = models.UUIDField(primary_key=True)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    known_at = models.DateTimeField(null=True)
    author = models.ForeignKey(Person, models.PROTECT, null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True)
    contact_point = models.ForeignKey(ContactPoint, models.PROTECT, null=True)
    from_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    visible_text = models.TextField()
    html = models.ForeignKey(Blob, models.PROTECT, null=True)
    raw = models.OneToOneField(Raw, models.PROTECT, null=True)
    header_id = models.CharField(max_length=500, blank=True)
    same_id_as_another = models.BooleanField(default=False)
    reply_to_differs = models.BooleanField(default=False)
    machine_made = models.BooleanField(default=False)
    authentication = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="conversations_message_staff_has_author",
                condition=Q(kind__in=["in", "automatic"])
                | Q(author__isnull=False)
                | Q(kind="note", contact_point__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["conversation", "at", "id"], name="message_conversation"),
            models.Index(fields=["header_id"], condition=~Q(header_id=""), name="message_header_id"),
        ]


class Attachment(models.Model):
    """A file of a message. `content_id` is set when the HTML shows it."""

    id = models.UUIDField(primary_key=True)
    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    content_id = models.CharField(max_length=250, blank=True)
    blob = models.ForeignKey(Blob, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="conversations_attachment_place", fields=["message", "position"])
        ]
