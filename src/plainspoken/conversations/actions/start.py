"""Writing first to an address that may not be known yet."""

from django.utils.translation import gettext_lazy as _

from plainspoken.channels.models import Mailbox
from plainspoken.conversations import addressee
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Message
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
    point = addressee.reachable(mailbox.unit, address.strip(), by)
    return send.start(mailbox, by=by, to=point, subject=subject, text=text, files=files)
