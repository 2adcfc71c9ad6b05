"""What a mailbox is fetched by, when its mail lies on an IMAP server: the fields, and what must stand together."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.channels.models import Mailbox
from plainspoken.kernel.errors import Text

SECURITY = [
    (Mailbox.Security.TLS, "TLS"),
    (Mailbox.Security.STARTTLS, "STARTTLS"),
    (Mailbox.Security.NONE, _("Unencrypted, on this machine only")),
]
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FetchingFields(forms.Form):
    """Every field is a column of the same name. `relay` belongs to mail that comes by whatever way."""

    relay = forms.CharField(
        label=_("Name of the server before us"),
        max_length=255,
        required=False,
        help_text=_("As it writes Authentication-Results; what others write there is not believed."),
    )
    imap_host = forms.CharField(
        label=_("Server"),
        max_length=200,
        required=False,
        help_text=_("Empty: nothing is fetched, and mail is brought by SMTP or LMTP."),
    )
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    imap_security = forms.TypedChoiceField(
        label=_("Encryption"), choices=SECURITY, coerce=Mailbox.Security, initial=Mailbox.Security.TLS
    )
    imap_user = forms.CharField(label=_("Username at the server"), max_length=200, required=False)
    imap_secret = forms.CharField(
        label=_("Name of the secret"),
        max_length=80,
        required=False,
        help_text=_("Empty: the one for sending."),
    )
    imap_folder = forms.CharField(label=_("Folder"), max_length=200, initial="INBOX")
    imap_since = forms.DateField(
        label=_("Take in mail from this day on"),
        widget=DAY,
        required=False,
        help_text=_("What came before stays on the server, and nobody is answered for it."),
    )
    imap_afterwards = forms.TypedChoiceField(
        label=_("What has been taken in"),
        choices=Mailbox.Afterwards.choices,
        coerce=Mailbox.Afterwards,
        initial=Mailbox.Afterwards.SEEN,
    )
    imap_move_to = forms.CharField(label=_("Folder to move it to"), max_length=200, required=False)

    def check_fetching(self) -> None:
        """The same as `channels.firmfile` asks of a file. Call from `clean`."""
        for name, missing in _missing(self.cleaned_data):
            self.add_error(name, str(missing))


def _missing(given: dict[str, Any]) -> list[tuple[str, Text]]:
    found: list[tuple[str, Text]] = []
    if not given.get("imap_host"):
        if given.get("imap_user") or given.get("imap_secret") or given.get("imap_since"):
            found.append(("imap_host", _("Say from which server mail is fetched.")))
        return found
    if not given.get("imap_user"):
        found.append(("imap_user", _("Say as whom to sign in.")))
    if not given.get("imap_secret") and not given.get("secret"):
        found.append(("imap_secret", _("Name the secret, here or for sending.")))
    if not given.get("imap_since"):
        found.append(("imap_since", _("Say from which day on mail is taken in.")))
    return found + _misplaced(given)


def _misplaced(given: dict[str, Any]) -> list[tuple[str, Text]]:
    moves = given.get("imap_afterwards") == Mailbox.Afterwards.MOVE
    if moves != bool(given.get("imap_move_to")):
        return [("imap_move_to", _("A folder is named when mail is moved, and only then."))]
    if moves and given.get("imap_move_to") == given.get("imap_folder"):
        return [("imap_move_to", _("Name another folder than the one that is read."))]
    return []
