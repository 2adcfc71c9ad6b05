"""How forms are drawn: an error summary, required marks, help and errors tied to their input."""

from django.forms import BoundField, widgets
from django.forms.boundfield import BoundWidget
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

_CLASSES: list[tuple[type[widgets.Widget], str]] = [
    (widgets.HiddenInput, ""),
    (widgets.CheckboxSelectMultiple, "form-check-input"),
    (widgets.RadioSelect, "form-check-input"),
    (widgets.CheckboxInput, "form-check-input"),
    (widgets.Select, "form-select"),
]


class Renderer(TemplatesSetting):
    """Set as FORM_RENDERER, so `{{ form }}` and `{{ form.x.as_field_group }}` look like the rest."""

    form_template_name = "ui/_form.html"
    field_template_name = "ui/_field.html"


def draw_widget(field: BoundField) -> SafeString:
    """The input with its class; Django adds `aria-describedby`, `aria-invalid` and `required`."""
    names = [_css_class(field.field.widget), field.field.widget.attrs.get("class", "")]
    names += ["is-invalid"] if field.errors else []
    return field.as_widget(attrs={"class": " ".join(filter(None, names))})


def draw_choices(field: BoundField) -> list[BoundWidget]:
    """The radio buttons or boxes of a field, each with its class."""
    field.field.widget.attrs.setdefault("class", "form-check-input")
    return field.subwidgets


def is_checkbox(field: BoundField) -> bool:
    widget = field.field.widget
    return isinstance(widget, widgets.CheckboxInput)


def _css_class(widget: widgets.Widget) -> str:
    return next((name for kind, name in _CLASSES if isinstance(widget, kind)), "form-control")
