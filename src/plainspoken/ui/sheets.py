"""A form on a page of its own that does one action: errors at their field, and nothing typed is lost."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.forms import BoundField
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from plainspoken.kernel import shown
from plainspoken.kernel.errors import Refused, Text
from plainspoken.ui import respond
from plainspoken.ui.request import Request


@dataclass(frozen=True, slots=True)
class Page:
    """`back` is where cancelling leads; `remove` the address that takes the row away, with its label."""

    title: str
    button: Text
    back: str
    back_label: Text
    lead: Text = ""
    remove: str = ""
    remove_label: Text = ""
    template: str = "ui/sheet.html"


class Sheet(forms.Form):
    """`headings` stand before the fields they name; `refused_at` says to which field a refusal belongs."""

    headings: ClassVar[Mapping[str, Text]] = {}
    refused_at: ClassVar[Mapping[str, str]] = {}

    def parts(self) -> Iterator[tuple[Text, list[BoundField]]]:
        """The visible fields below their headings; the first part may have none."""
        heading: Text = ""
        fields: list[BoundField] = []
        for field in self.visible_fields():
            if field.name in self.headings:
                if fields:
                    yield heading, fields
                heading, fields = self.headings[field.name], []
            fields.append(field)
        yield heading, fields

    def refuse(self, refused: Refused) -> None:
        self.add_error(self.refused_at.get(refused.code), str(refused.message))


class RowSheet(Sheet):
    """A sheet about a row, or (`row` None) a new one. `shown` says what the row was when it was filled in."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, row: Model | None, initial: Mapping[str, Any], files: Any = None
    ) -> None:
        super().__init__(data, files, initial={**initial, "shown": shown.version(row)})

    def refuse(self, refused: Refused) -> None:
        super().refuse(refused)
        if refused.code == "changed_meanwhile":
            self._say_what_stands()

    def _say_what_stands(self) -> None:
        """What was typed stays, with what stands beside it: sent again, it is known what it replaces."""
        for name in [name for name in self.changed_data if name != "shown"]:
            self.add_error(name, _("Now stands here: %(value)s") % {"value": self._worded(name)})
        assert isinstance(self.data, QueryDict)
        sent = self.data.copy()
        sent["shown"] = self.initial["shown"]
        self.data = sent

    def _worded(self, name: str) -> str:
        field, value = self.fields[name], self.initial.get(name)
        values = value if isinstance(value, list | tuple) else [value]
        if isinstance(field, forms.ChoiceField):
            labels = {str(key): str(label).strip() for key, label in field.widget.choices}
            values = [labels.get(str(one), one) for one in values]
        if isinstance(field, forms.BooleanField):
            values = [_("yes") if value else _("no")]
        return ", ".join(str(one) for one in values if one not in (None, "")) or "–"


def given(request: Request) -> Any:
    """The data of a form that was sent, None for one that is shown first."""
    return request.POST if request.method == "POST" else None


def fill(
    request: Request,
    page: Page,
    form: Sheet,
    act: Callable[[dict[str, Any]], object],
    *,
    to: str,
    said: str = "",
    **context: Any,
) -> HttpResponse:
    """Show the form, or do what it says, go on and say so; a refusal comes back beside what was filled in."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, said or _("Saved."))
            return respond.go(request, to)
    status = 422 if form.errors else 200
    return render(request, page.template, {"sheet": page, "form": form, **context}, status=status)
