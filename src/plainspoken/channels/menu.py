"""What channels add to the administration."""

from django.utils.translation import gettext_lazy as _

from plainspoken.organization import administration
from plainspoken.organization.administration import Section

administration.register(
    Section(
        "channels.mailboxes",
        _("Mailboxes"),
        _("Addresses, servers and whether their connection holds."),
        "channels.mailboxes",
        "mail",
        ("channels.mailbox.put", "channels.mailbox.test"),
        50,
    )
)
