"""Notes that no colleague wrote."""

from django.utils.translation import gettext_lazy as _

from plainspoken.conversations.actions.drafts import TEXT_CHARACTERS_MAX
from plainspoken.conversations.models import Conversation, Message
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel import clock, search
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ids import uuid7


@action("conversations.note.relay", _("Relay what a customer said"), creates=True, duties=["2a", "4.3.1b"])
def relay(conversation: Conversation, *, by: Actor, point: ContactPoint, text: str) -> Message:
    """What the customer said on a page of ours, as a note that colleagues read in the conversation."""
    now = clock.now()
    note = Message.objects.create(
        id=uuid7(),
        conversation=conversation,
        kind=Message.Kind.NOTE,
        at=now,
        contact_point=point,
        text=text[:TEXT_CHARACTERS_MAX],
        visible_text=text[:TEXT_CHARACTERS_MAX],
    )
    Conversation.objects.filter(pk=conversation.pk).update(last_at=now)
    search.note(note.pk)
    record(message=note)
    return note
