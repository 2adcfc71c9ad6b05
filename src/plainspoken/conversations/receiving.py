"""How a parsed mail becomes a message: who wrote it, which conversation it belongs to, what it brings along."""

from dataclasses import dataclass

from plainspoken.channels.email import relay
from plainspoken.channels.email.parse import Parsed
from plainspoken.channels.models import Raw
from plainspoken.conversations.foresight import Known
from plainspoken.conversations.models import Attachment, Conversation, ConversationUnit, Message, Participant
from plainspoken.customers import actions as customers
from plainspoken.customers import contact
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel import blobs, clock, language, writing
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ids import uuid7

SUBJECT_CHARACTERS_MAX = 500
NAME_CHARACTERS_MAX = 200
HEADER_ID_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message belongs; `joins` is False when it opens the conversation."""

    conversation: Conversation
    joins: bool


def sender(raw: Raw, parsed: Parsed, known: Known, by: Actor) -> ContactPoint:
    """The contact point the mail claims to come from; a prospect's when nobody knows it."""
    kind, address, name = ContactPoint.Kind.EMAIL, parsed.from_address, parsed.from_name[:NAME_CHARACTERS_MAX]
    index = contact.index(kind, address)
    if index not in known.points:
        known.points[index] = customers.meet(raw.mailbox.unit, by=by, kind=kind, value=address, name=name)
    return known.points[index]


def place(raw: Raw, parsed: Parsed, known: Known, point: ContactPoint) -> Place:
    """The conversation it refers to when the sender takes part there already; else one of its own."""
    referred = known.referred(raw, parsed)
    if referred and Participant.objects.filter(conversation=referred, contact_point=point).exists():
        return Place(referred, joins=True)
    conversation = Conversation(
        id=uuid7(),
        mailbox=raw.mailbox,
        customer=point.customer,
        subject=parsed.subject[:SUBJECT_CHARACTERS_MAX],
        language=point.customer.language or language.of(parsed.subject + parsed.visible_text),
        refers_to=referred,
        started_at=raw.arrived_at,
        last_at=raw.arrived_at,
    )
    writing.insert(conversation)
    writing.insert(ConversationUnit(conversation=conversation, unit=raw.mailbox.unit, since=raw.arrived_at))
    writing.insert(Participant(conversation=conversation, contact_point=point))
    return Place(conversation, joins=False)


def message(
    raw: Raw, parsed: Parsed, known: Known, point: ContactPoint, conversation: Conversation
) -> Message:
    """The message itself with its HTML and attachments."""
    made = Message(
        id=uuid7(raw.arrived_at),
        conversation=conversation,
        kind=Message.Kind.IN,
        at=raw.arrived_at,
        known_at=clock.now(),
        contact_point=point,
        from_name=parsed.from_name[:NAME_CHARACTERS_MAX],
        subject=parsed.subject[:SUBJECT_CHARACTERS_MAX],
        text=parsed.text,
        visible_text=parsed.visible_text,
        html=blobs.put(parsed.html.encode()) if parsed.html else None,
        raw=raw,
        header_id=parsed.message_id[:HEADER_ID_CHARACTERS_MAX],
        same_id_as_another=known.id_taken(raw, parsed),
        reply_to_differs=_replies_go_elsewhere(parsed),
        machine_made=parsed.automatic is not None or known.from_ourselves(parsed),
        authentication="\n".join(relay.checked(parsed.authentication_results, raw.mailbox.relay)),
    )
    writing.insert(made)
    _attach(made, parsed)
    return made


def _replies_go_elsewhere(parsed: Parsed) -> bool:
    """Shown to the clerk, used only by choice: a stranger may have set it."""
    return bool(parsed.reply_to) and parsed.reply_to.lower() != parsed.from_address.lower()


def _attach(made: Message, parsed: Parsed) -> None:
    for position, attachment in enumerate(parsed.attachments):
        writing.insert(
            Attachment(
                id=uuid7(),
                message=made,
                position=position,
                name=attachment.name[:255],
                content_type=attachment.content_type[:120],
                content_id=attachment.content_id[:250],
                blob=blobs.put(attachment.content),
            )
        )
