"""What is to leave the house, and the words not yet sent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plainspoken.conversations.models.conversation import Conversation
from plainspoken.conversations.models.message import Message
from plainspoken.customers.models import ContactPoint, Link
from plainspoken.kernel.machine import Edge, Machine, State
from plainspoken.kernel.models import Blob
from plainspoken.organization.models import Person

OUTGOING = Machine(
    "conversations.outgoing",
    [
        State("waiting", _("Waiting to leave")),
        State("leaving", _("Leaving")),
        State("left", _("Sent"), open=False),
        State("failed", _("Not delivered")),
        State("uncertain", _("Uncertain whether it left")),
        State("withdrawn", _("Taken back"), open=False),
    ],
    [
        Edge("depart", ("waiting",), "leaving"),
        Edge("leave", ("leaving",), "left"),
        Edge("retry", ("leaving",), "waiting"),
        Edge("fail", ("leaving",), "failed"),
        Edge("doubt", ("leaving",), "uncertain"),
        Edge("confirm", ("uncertain",), "left"),
        Edge("send_again", ("failed", "uncertain"), "waiting"),
        Edge("bounce", ("left", "uncertain"), "failed"),
        Edge("undo", ("waiting",), "withdrawn"),
    ],
)


class Outgoing(models.Model):
    """One message on its way to one contact point. `leaves_at` is the earliest moment it may go.

    `sent` are the bytes that left, as they left. `link` is the secret address put under the text.
    """

    id = models.UUIDField(primary_key=True)
    message = models.OneToOneField(Message, models.PROTECT)
    to = models.ForeignKey(ContactPoint, models.PROTECT)
    state = models.CharField(max_length=12, choices=OUTGOING.choices, default=OUTGOING.initial)
    leaves_at = models.DateTimeField()
    link = models.ForeignKey(Link, models.PROTECT, null=True)
    sent = models.ForeignKey(Blob, models.PROTECT, null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    departed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        triggers = OUTGOING.triggers()
        constraints = [
            models.CheckConstraint(
                name="conversations_outgoing_left_says_when",
                condition=~Q(state="left") | Q(left_at__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["leaves_at"], condition=Q(state="waiting"), name="outgoing_waiting"),
            models.Index(fields=["departed_at"], condition=Q(state="leaving"), name="outgoing_leaving"),
        ]


class Draft(models.Model):
    """What a person has typed and not yet sent in a conversation; one a person.

    `version` is another with every change, so that a second device knows whether it has seen the last.
    """

    conversation = models.ForeignKey(Conversation, models.PROTECT)
    person = models.ForeignKey(Person, models.PROTECT)
    text = models.TextField()
    at = models.DateTimeField()
    version = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="conversations_draft_one_a_person", fields=["conversation", "person"]
            )
        ]
