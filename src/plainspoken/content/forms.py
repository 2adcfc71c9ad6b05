"""The form of a script: both languages, one scene."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.content.models import Script
from plainspoken.organization import fields
from plainspoken.organization.models import Unit
from plainspoken.ui.sheets import RowSheet

TEXT_CHARACTERS_MAX = 20_000


class Spoken(forms.CharField):
    """A text in one language, in lines that end as ours do."""

    widget = forms.Textarea(attrs={"rows": 9})

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"max_length": TEXT_CHARACTERS_MAX, **given})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class ScriptForm(RowSheet):
    code = fields.code()
    scene = forms.TypedChoiceField(label=_("Scene"), choices=Script.Scene.choices, coerce=Script.Scene)
    unit = fields.InTree(Unit.objects.all(), label=_("Unit"), required=False, empty_label=_("The whole firm"))
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    text_zh = Spoken(label=_("Text in Chinese"))
    text_en = Spoken(
        label=_("Text in English"),
        help_text=_("A variable stands in double braces. Both languages need the same ones."),
    )
    refused_at: ClassVar = {
        "code_taken": "code",
        "variables_differ": "text_en",
        "variable_unknown": "text_en",
    }

    def __init__(self, data: Any, *, script: Script | None) -> None:
        super().__init__(data, row=script, initial=self._of(script) if script else {})
        if script:
            fields.fixed(self, "code")

    def _of(self, script: Script) -> dict[str, Any]:
        names = [name for name in self.base_fields if name not in ("shown", "unit")]
        return {name: getattr(script, name) for name in names} | {"unit": script.unit_id}
