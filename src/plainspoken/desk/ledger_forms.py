"""Which entries of the ledger a reader looks for."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Case
from plainspoken.customers.models import Customer
from plainspoken.kernel import action
from plainspoken.kernel.errors import Text
from plainspoken.organization.models import Integration, Person


def codes() -> list[tuple[str, Text]]:
    """Every action by its name in the reader's language; those of a slice stand together."""
    return [("", "---------"), *((code, spec.label) for code, spec in sorted(action.specs.items()))]


class Wanted(forms.Form):
    """Every field may stay empty."""

    code = forms.ChoiceField(label=_("Action"), choices=codes, required=False)
    who = forms.CharField(label=_("Who"), required=False, max_length=80)
    about = forms.CharField(label=_("Case or customer number"), required=False, max_length=40)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    refused = forms.BooleanField(label=_("Refused only"), required=False)

    def clean_who(self) -> list[UUID]:
        """Sign-in name, staff number or name of a person, or the name of a program."""
        words = self.cleaned_data["who"].strip()
        found = _people_and_programs(words) if words else []
        if words and not found:
            raise forms.ValidationError(_("Nobody on the staff has this name or number."), code="unknown")
        return found

    def clean_about(self) -> list[UUID]:
        """The number of a case or customer, or an id."""
        words = self.cleaned_data["about"].strip()
        found = _subjects(words) if words else []
        if words and not found:
            raise forms.ValidationError(_("There is no case or customer of this number."), code="unknown")
        return found

    def condition(self) -> Q:
        """What the entries must be like; everything, when the form has errors."""
        given: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        condition = Q(code=given["code"]) if given.get("code") else Q()
        condition &= Q(actor_id__in=given["who"]) if given.get("who") else Q()
        condition &= Q(subject_id__in=given["about"]) if given.get("about") else Q()
        condition &= Q(at__gte=_begin(given["since"])) if given.get("since") else Q()
        condition &= Q(at__lt=_begin(given["until"] + timedelta(days=1))) if given.get("until") else Q()
        return condition & (~Q(refusal="") if given.get("refused") else Q())


def _people_and_programs(words: str) -> list[UUID]:
    named = Q(username=words) | Q(staff_number=words) | Q(name_zh=words) | Q(name_en=words)
    people = Person.objects.filter(named).values_list("pk", flat=True)
    return [*people, *Integration.objects.filter(name=words).values_list("pk", flat=True)]


def _subjects(words: str) -> list[UUID]:
    """A case is told of by its own entries and by those of its conversation."""
    cases = Case.objects.filter(number=words.upper()).values_list("pk", "conversation_id")
    customers = Customer.objects.filter(number=words).exclude(number="").values_list("pk", flat=True)
    return [*(key for pair in cases for key in pair), *customers, *_ids(words)]


def _ids(words: str) -> list[UUID]:
    try:
        return [UUID(words)]
    except ValueError:
        return []


def _begin(day: Any) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
