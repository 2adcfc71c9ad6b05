"""The forms of a place where checkpoints are kept."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.channels.models import Mailbox
from plainspoken.organization import fields
from plainspoken.supervision.models import Place
from plainspoken.ui.sheets import RowSheet

AFTER_ENTRIES_MAX = 1_000_000


class FromMailbox(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.address)


class _PlaceForm(RowSheet):
    after_entries = forms.IntegerField(
        label=_("Not only once a day, but also after so many entries"),
        min_value=1,
        max_value=AFTER_ENTRIES_MAX,
        initial=Place.AFTER_ENTRIES,
    )
    key: ClassVar[str]

    def __init__(self, data: Any, *, place: Place | None) -> None:
        columns = [name for name in self.base_fields if name != "shown"]
        super().__init__(
            data, row=place, initial={name: getattr(place, name) for name in columns} if place else {}
        )
        if place:
            fields.fixed(self, self.key)


class FolderForm(_PlaceForm):
    key = "folder"
    folder = forms.CharField(
        label=_("Folder"),
        max_length=500,
        help_text=_(
            "The whole path, on every machine that does the work: best a share that others look after"
            " and on which what is written once cannot be changed."
        ),
    )
    field_order = ["folder", "after_entries"]
    refused_at: ClassVar = dict.fromkeys(("code_taken", "folder_not_absolute", "folder_inside"), "folder")


class AddressForm(_PlaceForm):
    key = "address"
    address = forms.EmailField(
        label=_("Address"), help_text=_("Of somebody outside: the auditor, the regulator, the head office.")
    )
    mailbox = FromMailbox(Mailbox.objects.order_by("address"), label=_("From this mailbox"), empty_label=None)
    field_order = ["address", "mailbox", "after_entries"]
    refused_at: ClassVar = {"code_taken": "address"}
