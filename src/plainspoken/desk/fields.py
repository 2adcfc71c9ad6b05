"""Form fields the desk needs besides Django's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plainspoken.conversations.actions.drafts import TEXT_CHARACTERS_MAX
from plainspoken.conversations.actions.send import ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, File
from plainspoken.desk import words


class Text(forms.CharField):
    """Words of a person, in lines that end as ours do."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            **{"widget": forms.Textarea(attrs={"rows": 4}), "max_length": TEXT_CHARACTERS_MAX, **given}
        )

    def to_python(self, value: Any) -> str:
        return cast(str, super().to_python(value)).replace("\r\n", "\n")


class Named(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Rows with a name in both languages."""

    def label_from_instance(self, obj: Any) -> str:
        return words.name(obj)


class OfNumber(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Cases by number and subject."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"empty_label": None, **given})

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} · {obj.subject}"


class FromMailbox(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Mailboxes by name and address."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{words.name(obj)} <{obj.address}>"


class Moment(forms.DateTimeField):
    """A date and time on the reader's clock, by the browser's own picker."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def prepare_value(self, value: Any) -> Any:
        return (
            timezone.localtime(value).replace(second=0, microsecond=0)
            if isinstance(value, datetime)
            else value
        )


class Paperclip(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class Files(forms.FileField):
    """Any number of files within the limits of a mail, as (name, type, content)."""

    widget = Paperclip
    default_error_messages = {
        "too_many": _("Too many files for one message."),
        "too_large": _("A file is too large to be sent by mail."),
    }

    def clean(self, data: Any, initial: Any = None) -> tuple[File, ...]:
        given: Sequence[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > ATTACHMENTS_MAX:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")
        if any((file.size or 0) > ATTACHMENT_BYTES_MAX for file in given):
            raise forms.ValidationError(self.error_messages["too_large"], code="too_large")
        return tuple(
            (str(file.name), file.content_type or "application/octet-stream", file.read()) for file in given
        )
