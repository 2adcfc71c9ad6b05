"""Forms of business lines and types of inquiry."""

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Line, Type
from plainspoken.organization import fields
from plainspoken.organization.models import Unit
from plainspoken.ui.sheets import RowSheet

CHARACTERS_MAX = 10_000


class Words(forms.CharField):
    """Words apart by commas or lines."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> Any:
        parts = re.split(r"[,，、\r\n]+", str(super().clean(value)))
        return [part.strip() for part in parts if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class TypeForm(RowSheet):
    name_zh = fields.name_zh()
    name_en = fields.name_en()
    code = fields.code()
    words = Words(
        label=_("Words that suggest it"),
        required=False,
        max_length=CHARACTERS_MAX,
        help_text=_("Apart by commas or lines, in both languages. A person confirms what they suggest."),
    )
    refused_at: ClassVar = {"code_taken": "code", "words_too_many": "words", "word_empty": "words"}

    def __init__(self, data: Any, *, row: Line | Type | None) -> None:
        super().__init__(data, row=row, initial=self._of(row) if row else {})
        if row:
            fields.fixed(self, "code")

    def _of(self, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.base_fields if name != "shown"}


class LineForm(TypeForm):
    department = fields.InTree(
        Unit.objects.all(),
        label=_("Department that knows it"),
        empty_label=None,
        help_text=_("A hand-over is offered to it first."),
    )
    field_order = ("name_zh", "name_en", "code", "department", "words")

    def _of(self, row: Any) -> dict[str, Any]:
        return super()._of(row) | {"department": row.department_id}
