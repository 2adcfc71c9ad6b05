"""The form of a mailbox. Every field but address and unit is a column of the same name."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.channels.fetching_form import SECURITY, FetchingFields
from plainspoken.channels.models import Mailbox
from plainspoken.organization import fields
from plainspoken.organization.models import Unit
from plainspoken.ui.sheets import RowSheet

SECRET = re.compile(r"[a-z0-9_-]+")


class Lines(forms.CharField):
    """Words of several lines, which end as ours do."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class MailboxForm(FetchingFields, RowSheet):
    address = forms.EmailField(label=_("Address"))
    unit = fields.InTree(
        Unit.objects.all(),
        label=_("Unit in charge"),
        empty_label=None,
        help_text=_("What comes in stands in its queue."),
    )
    name_zh = fields.name_zh(max_length=120)
    name_en = fields.name_en(max_length=120)
    signature_zh = Lines(label=_("Signature in Chinese"), required=False, max_length=2000)
    signature_en = Lines(label=_("Signature in English"), required=False, max_length=2000)
    smtp_host = forms.CharField(
        label=_("Server"),
        max_length=200,
        required=False,
        help_text=_("Empty: what leaves goes to a folder of this installation."),
    )
    smtp_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=465)
    smtp_security = forms.TypedChoiceField(
        label=_("Encryption"),
        choices=SECURITY,
        coerce=Mailbox.Security,
        initial=Mailbox.Security.TLS,
    )
    smtp_user = forms.CharField(label=_("Username at the server"), max_length=200, required=False)
    secret = forms.CharField(
        label=_("Name of the secret"),
        max_length=80,
        required=False,
        help_text=_(
            "Not the password: its name among the installation's secrets, as in <code>service</code>."
        ),
    )
    field_order = [
        "address", "unit", "name_zh", "name_en", "signature_zh", "signature_en",
        "smtp_host", "smtp_port", "smtp_security", "smtp_user", "secret",
    ]  # fmt: skip
    headings: ClassVar = {
        "smtp_host": _("Sending"),
        "relay": _("Receiving"),
        "imap_host": _("Fetching by IMAP"),
    }
    refused_at: ClassVar = {
        "code_taken": "address",
        "line_open_to_others": "smtp_security",
        "fetched_openly": "imap_security",
    }

    def __init__(self, data: Any, *, mailbox: Mailbox | None) -> None:
        super().__init__(data, row=mailbox, initial=self._of(mailbox) if mailbox else {})
        if mailbox:
            fields.fixed(self, "address")

    def _of(self, mailbox: Mailbox) -> dict[str, Any]:
        columns = [name for name in self.base_fields if name not in ("shown", "unit")]
        return {name: getattr(mailbox, name) for name in columns} | {"unit": mailbox.unit_id}

    def clean_secret(self) -> str:
        return self._secret("secret")

    def clean_imap_secret(self) -> str:
        return self._secret("imap_secret")

    def _secret(self, name: str) -> str:
        secret: str = self.cleaned_data[name]
        if secret and not SECRET.fullmatch(secret):
            raise forms.ValidationError(_("Small letters, digits, dashes and underscores only."))
        return secret

    def clean(self) -> dict[str, Any]:
        if bool(self.cleaned_data.get("smtp_user")) != bool(self.cleaned_data.get("secret")):
            self.add_error("secret", _("Username and secret belong together: fill in both or neither."))
        self.check_fetching()
        return self.cleaned_data
