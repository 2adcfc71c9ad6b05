"""What a customer wrote comes into a conversation."""

from django.utils.translation import gettext_lazy as _

from plainspoken.channels import actions as channels
from plainspoken.channels.email.parse import Parsed
from plainspoken.channels.models import Raw
from plainspoken.conversations import receiving
from plainspoken.conversations.foresight import Known
from plainspoken.conversations.models import Message
from plainspoken.kernel import search, writing
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor


@action(
    "conversations.message.receive",
    _("Take in a customer's message"),
    creates=True,
    unrecorded=["parsed", "known"],
    duties=["4.3.1b", "2a"],
)
def receive(raw: Raw, *, by: Actor, parsed: Parsed, known: Known) -> tuple[Message, bool]:
    """Turn a raw mail into a message; True when it joins a conversation that was there."""
    point = receiving.sender(raw, parsed, known, by)
    place = receiving.place(raw, parsed, known, point)
    message = receiving.message(raw, parsed, known, point, place.conversation)
    if place.joins:
        place.conversation.last_at = message.at
        writing.update(place.conversation, "last_at")
    channels.receive(raw, by=by)
    search.note(message.pk)
    record(
        message=message,
        conversation=place.conversation,
        joins=place.joins,
        attachments=len(parsed.attachments),
        text_of_customer=message.text,
    )
    return message, place.joins
