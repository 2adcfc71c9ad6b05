"""A conversation with a customer, the units that work on it, who takes part and who may not see it."""

from django.db import models
from django.db.models import F, Q

from plainspoken.channels.models import Mailbox
from plainspoken.customers.models import ContactPoint, Customer
from plainspoken.organization.models import Person, Unit


class Conversation(models.Model):
    """All that was said on one matter over one mailbox. `refers_to` is set when a stranger quoted our number."""

    id = models.UUIDField(primary_key=True)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT)
    customer = models.ForeignKey(Customer, models.PROTECT)
    subject = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=10)
    refers_to = models.ForeignKey("self", models.PROTECT, null=True)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="conversations_conversation_not_itself", condition=~Q(refers_to=F("id"))
            )
        ]
        indexes = [models.Index(fields=["customer", "-last_at"], name="conversation_customer")]

    @property
    def spoken(self) -> str:
        """The language we write in: the customer's, where a person has set it, goes before what was suggested."""
        return self.customer.language or self.language


class ConversationUnit(models.Model):
    """A unit that works on the conversation, or has: what it has seen it may go on seeing."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="units")
    unit = models.ForeignKey(Unit, models.PROTECT)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="conversations_conversationunit_once", fields=["conversation", "unit"]
            )
        ]


class Exclusion(models.Model):
    """A person who may not see the conversation, whatever the post: the one it is about, or a relative."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="exclusions")
    person = models.ForeignKey(Person, models.PROTECT)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="conversations_exclusion_once", fields=["conversation", "person"])
        ]


class Participant(models.Model):
    """A contact point that takes part: only who does may continue the conversation by mail."""

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="participants")
    contact_point = models.ForeignKey(ContactPoint, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="conversations_participant_once", fields=["conversation", "contact_point"]
            )
        ]
