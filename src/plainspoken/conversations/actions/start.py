"""Writing first to an address that may not be known yet."""

from django.utils.translation import gettext_lazy as _

from plainspoken.channels.models import Mailbox
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Message
from plainspoken.customers import actions as customers
from plainspoken.customers import contact
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel.action import action
from plainspoken.kernel.actor import Actor


@action(
    "conversations.write_first",
    _("Write to a new address"),
    creates=True,
    unrecorded=["address", "text", "files"],
    duties=["3.3a"],
)
def write_first(
    mailbox: Mailbox, *, by: Actor, address: str, subject: str, text: str, files: tuple[send.File, ...] = ()
) -> Message:
    """A member of staff writes first to an e-mail address; one that nobody knows becomes a prospect's."""
    send.check_address(address.strip())
    kind = ContactPoint.Kind.EMAIL
    known = ContactPoint.objects.select_related("customer").filter(
        kind=kind, index=contact.index(kind, address)
    )
    point = known.first() or customers.meet(mailbox.unit, by=by, kind=kind, value=address, name="")
    return send.start(mailbox, by=by, to=point, subject=subject, text=text, files=files)
