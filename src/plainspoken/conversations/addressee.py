"""To whom a reply goes: who wrote last, or, only by choice, the other address that the sender asks for."""

from django.utils.translation import gettext_lazy as _

from plainspoken.channels.email import encode
from plainspoken.channels.email.addresses import Address
from plainspoken.channels.email.parse import reply_to
from plainspoken.channels.models import Mailbox
from plainspoken.conversations.models import Conversation, Message, Participant
from plainspoken.customers import actions as customers
from plainspoken.customers import contact
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel import blobs
from plainspoken.kernel.action import record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.organization.models import Unit


def usual(conversation: Conversation) -> ContactPoint:
    """Who wrote to us last in this conversation, else who takes part in it."""
    last = _last(conversation)
    if last and last.contact_point:
        return last.contact_point
    participants = Participant.objects.select_related("contact_point").filter(conversation=conversation)
    return participants.earliest("id").contact_point


def asked_for(conversation: Conversation) -> str:
    """The Reply-To of the customer's last message where it is another address, and none of ours; else empty."""
    last = _last(conversation)
    if last is None or last.raw is None or not last.reply_to_differs:
        return ""
    address = reply_to(blobs.read(last.raw.blob))
    return "" if Mailbox.objects.filter(address=address.lower()).exists() else address


def elsewhere(conversation: Conversation, by: Actor) -> ContactPoint:
    """The contact point of the other address; one that nobody knows is a prospect's, not the customer's."""
    address = asked_for(conversation)
    if not address:
        raise Refused("no_other_address", _("The customer asks for no reply to another address."))
    point = reachable(conversation.mailbox.unit, address, by)
    record(elsewhere=point)
    return point


def reachable(unit: Unit, address: str, by: Actor) -> ContactPoint:
    """The contact point of an e-mail address; a prospect's when nobody knows it."""
    check(address)
    kind = ContactPoint.Kind.EMAIL
    known = ContactPoint.objects.select_related("customer").filter(
        kind=kind, index=contact.index(kind, address)
    )
    return known.first() or customers.meet(unit, by=by, kind=kind, value=address, name="")


def check(value: str) -> None:
    """Refuse what is no address: a telephone number, several addresses, a line break."""
    try:
        encode.mailboxes([Address("", value)])
    except ValueError:
        raise Refused(
            "cannot_be_addressed", _("This is no e-mail address that mail can be sent to.")
        ) from None


def _last(conversation: Conversation) -> Message | None:
    said = Message.objects.filter(conversation=conversation, kind=Message.Kind.IN)
    return said.select_related("contact_point", "raw__blob").order_by("-at", "-id").first()
