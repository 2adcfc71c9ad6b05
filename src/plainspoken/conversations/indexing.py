"""What the search reads of messages."""

from uuid import UUID

from plainspoken.conversations.models import Message
from plainspoken.kernel import search


@search.texts
def messages(ids: list[UUID]) -> list[search.Text]:
    """Subject, sender and text of messages, with the units that work on their conversation."""
    rows = Message.objects.filter(pk__in=ids).prefetch_related("conversation__units")
    return [
        search.Text(
            message.pk,
            message.conversation_id,
            tuple(unit.unit_id for unit in message.conversation.units.all()),
            message.at,
            "\n".join((message.subject, message.from_name, message.text)),
        )
        for message in rows
    ]
