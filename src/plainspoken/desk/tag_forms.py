"""What a person fills in about tags. The names of the fields are the keywords of the actions they feed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Tag
from plainspoken.desk import fields

IN_USE = Tag.objects.filter(retired_at__isnull=True)


class Tagged(forms.Form):
    tag = fields.Named(label=_("Tag"), queryset=IN_USE.order_by("code"))


class Changed(forms.Form):
    """All of a tag but its code."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=40)
    name_en = forms.CharField(label=_("English name"), max_length=40)
    colour = forms.TypedChoiceField(
        label=_("Colour"), choices=Tag.Colour.choices, coerce=Tag.Colour, initial=Tag.Colour.GREY
    )


class New(Changed):
    code = forms.SlugField(
        label=_("Code"), max_length=60, help_text=_("Letters, digits and hyphens; it stays as it is.")
    )
    field_order = ["code", "name_zh", "name_en", "colour"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].lower()
        if Tag.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a tag of this code already."), code="taken")
        return code
