"""What a person fills in about the list of cases: by what it is narrowed down, and the name of a view."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Line, Tag, Type
from plainspoken.desk import fields, narrowing
from plainspoken.desk.queries import views
from plainspoken.kernel.actor import Actor
from plainspoken.organization.models import Appointment, Person, Unit

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Narrowed(forms.Form):
    """Every way to narrow down, each of them optional; the names are those of the address."""

    def __init__(self, *given: Any, by: Actor, settled: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        units = Unit.objects.order_by("code")
        people = Person.objects.order_by("username")
        if not by.sees_all:
            units = units.filter(pk__in=by.units)
            worked = Appointment.objects.filter(post__unit__in=by.units)
            people = people.filter(pk__in=worked.values("person"))
        rows = {"type": Type.objects.order_by("code"), "line": Line.objects.order_by("code")}
        rows |= {"owner": people, "unit": units, "tag": Tag.objects.order_by("code")}
        for name, one in narrowing.NARROWINGS.items():
            if not (settled and one.of_open):
                self.fields[name] = _field(one, rows.get(name))

    def asked(self) -> dict[str, str]:
        """What was filled in, as the address says it."""
        filled = {name: value for name, value in self.cleaned_data.items() if value}
        keys = {name: one.rows[1] for name, one in narrowing.NARROWINGS.items() if one.rows}
        return {name: str(getattr(value, keys.get(name, ""), value)) for name, value in filled.items()}


class Named(forms.Form):
    name = forms.CharField(label=_("Name of the view"), max_length=40)


class Shared(forms.Form):
    unit = fields.Named(label=_("With the unit"), queryset=Unit.objects.none())

    def __init__(self, *given: Any, by: Actor, **named: Any) -> None:
        super().__init__(*given, **named)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        unit.queryset = views.led_by(by)


def _field(one: narrowing.Narrowing, rows: Any) -> forms.Field:
    label = str(one.label)
    if one.rows:
        return fields.Named(
            label=label, queryset=rows, to_field_name=one.rows[1], required=False, empty_label=_("Any")
        )
    if one.choices is None:
        return forms.DateField(label=label, widget=DAY, required=False)
    choices = [("", _("Any")), *one.choices.items()]
    return forms.ChoiceField(label=label, choices=choices, required=False)
