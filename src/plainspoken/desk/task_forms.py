"""What a person fills in about a task. The names of the fields are the keywords of the actions they feed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.desk import fields
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Person
from plainspoken.work.models import Task

PROOF_CHARACTERS_MAX = 4_000


class Finished(forms.Form):
    proof = fields.Text(label=_("What was done"), max_length=PROOF_CHARACTERS_MAX)


class Assigned(forms.Form):
    owner = fields.Named(label=_("Who does it"), queryset=Person.objects.none())

    def __init__(self, *given: Any, task: Task, **named: Any) -> None:
        super().__init__(*given, **named)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = organization.members(task.unit)
