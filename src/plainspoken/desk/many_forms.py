"""What is asked before one verb is done to many cases, and which cases they are."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case, Closure, Tag
from plainspoken.desk import fields, tag_forms
from plainspoken.desk.queries.colleagues import colleagues
from plainspoken.kernel.ids import is_uuid
from plainspoken.organization.models import Person

CASES_MAX = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as the person saw it who chose it; `state` is empty for one chosen in the list."""

    key: UUID
    state: str = ""
    owner: UUID | None = None


class Chosen(forms.Field):
    """The boxes that were ticked: ids, or ids with state and owner as the preview showed them."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {
        "required": _("Choose at least one case."),
        "too_many": _("Choose at most %(max)s cases at once."),
        "unreadable": _("The choice cannot be read. Choose the cases again."),
    }

    def to_python(self, value: Any) -> list[Seen]:
        given = list(dict.fromkeys(value or ()))
        if len(given) > CASES_MAX:
            raise forms.ValidationError(self.error_messages["too_many"], params={"max": CASES_MAX})
        return [self._seen(*one.split(":", 2)) for one in given]

    def _seen(self, key: str, state: str = "", owner: str = "") -> Seen:
        if not is_uuid(key) or (state and state not in INQUIRY.states) or (owner and not is_uuid(owner)):
            raise forms.ValidationError(self.error_messages["unreadable"])
        return Seen(UUID(key), state, UUID(owner) if owner else None)


class Choice(forms.Form):
    case = Chosen()


class Asked(forms.Form):
    """What the verb needs besides the cases; `asks` when there is something a person fills in."""

    asks = True

    def __init__(self, data: Any = None, *, cases: list[Case]) -> None:
        super().__init__(data)


class Assigned(Asked):
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=Person.objects.none())

    def __init__(self, data: Any = None, *, cases: list[Case]) -> None:
        super().__init__(data, cases=cases)
        found = colleagues(*cases)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = Person.objects.filter(pk__in=[one.person.pk for one in found])
        owner.choices = [("", "---------"), *((one.person.pk, one.label) for one in found)]


class Tagged(Asked):
    tag = fields.Named(label=_("Tag"), queryset=tag_forms.IN_USE.order_by("code"))


class Untagged(Asked):
    """Any tag that one of the cases bears, retired or not."""

    tag = fields.Named(label=_("Tag"), queryset=Tag.objects.none())

    def __init__(self, data: Any = None, *, cases: list[Case]) -> None:
        super().__init__(data, cases=cases)
        tag = self.fields["tag"]
        assert isinstance(tag, forms.ModelChoiceField)
        tag.queryset = Tag.objects.filter(tagging__case__in=cases).distinct().order_by("code")


class Closed(Asked):
    """Nothing is asked: who closes is the owner."""

    asks = False

    def clean(self) -> dict[str, Any]:
        return {"how": Closure.How.BY_OWNER}
