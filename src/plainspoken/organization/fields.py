"""Form fields for rows of the firm."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from plainspoken.organization import tree

STEP = "\u2003"


class Named(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Rows with a name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class SeveralNamed(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class _Tree(ModelChoiceIterator):  # type: ignore[type-arg]
    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for depth, unit in tree.depth_first():
            yield self.field.prepare_value(unit), STEP * depth + unit.name


class InTree(Named):
    """Units, each below the one it stands in."""

    iterator = _Tree


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def code(**more: Any) -> forms.SlugField:
    """The word by which files and other rows name a row; it is chosen once."""
    return forms.SlugField(
        **{
            "label": _("Code"),
            "max_length": 60,
            "help_text": _("Small letters, digits and dashes. It is chosen once and never changed."),
            **more,
        }
    )


def name_zh(**more: Any) -> forms.CharField:
    return forms.CharField(**{"label": _("Name in Chinese"), "max_length": 80, **more})


def name_en(**more: Any) -> forms.CharField:
    return forms.CharField(**{"label": _("Name in English"), "max_length": 80, **more})


def fixed(form: forms.Form, name: str) -> None:
    """What names the row stays as it is: shown, not asked for."""
    form.fields[name].disabled, form.fields[name].required = True, False
    form.fields[name].help_text = ""
