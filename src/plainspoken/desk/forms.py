"""What a person fills in at the desk. The names of the fields are the keywords of the actions they feed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.intake import Needless
from plainspoken.cases.models import Case, Dismissal, Line, Type
from plainspoken.channels.models import Mailbox
from plainspoken.conversations.models import Conversation
from plainspoken.customers.actions import PURPOSES
from plainspoken.customers.models import ContactPoint
from plainspoken.desk import fields
from plainspoken.desk.queries import merged, recipients
from plainspoken.desk.queries.colleagues import colleagues
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.language import CHINESE, ENGLISH
from plainspoken.organization.models import Person, Unit


class Judged(forms.Form):
    """Type and business line, the suggestion chosen beforehand."""

    type = fields.Named(label=_("Type"), queryset=Type.objects.order_by("code"))
    line = fields.Named(label=_("Business line"), queryset=Line.objects.order_by("code"))


class Said(forms.Form):
    text = fields.Text(label=_("Text"))


class ToTheCustomer(forms.Form):
    """What leaves the house carries the last message its author has seen; `knowingly` when told of a newer one."""

    seen = forms.UUIDField(widget=forms.HiddenInput)
    knowingly = forms.BooleanField(required=False, widget=forms.HiddenInput)


class Answered(ToTheCustomer, Said):
    files = fields.Files(label=_("Attach files"), required=False)  # type: ignore[assignment]


class Replied(Answered):
    """An answer to what came; where the sender asks for it, by choice, to another address."""

    elsewhere = forms.BooleanField(label=_("To the other address"), required=False)


class AnsweredAtOnce(Judged, Replied):
    field_order = ["type", "line", "text", "files", "elsewhere"]


class Forwarded(Said):
    to = fields.Named(
        label=_("To unit"), queryset=Unit.objects.exclude(kind=Unit.Kind.LEGAL_ENTITY).order_by("code")
    )
    field_order = ["to", "text"]


class ToldTime(ToTheCustomer):
    told_at = fields.Moment(label=_("The customer has the answer by"))
    text = fields.Text(
        label=_("Message to the customer"),
        help_text=_("{{until}} becomes the time above, in the customer's language."),
    )


class HandedOver(ToTheCustomer):
    to = fields.Named(label=_("Department"), queryset=Unit.objects.none())
    question = fields.Text(label=_("Question to the department"))
    told_at = fields.Moment(
        label=_("The customer has the answer by"),
        required=False,
        help_text=_("Leave it empty when a time has been told that still holds."),
    )
    text = fields.Text(
        label=_("Message to the customer"),
        required=False,
        help_text=_("{{until}} becomes the time above, in the customer's language."),
    )

    def __init__(self, *given: Any, case: Case, **named: Any) -> None:
        super().__init__(*given, **named)
        departments = Unit.objects.filter(kind=Unit.Kind.DEPARTMENT).exclude(pk=case.unit_id)
        to = self.fields["to"]
        assert isinstance(to, forms.ModelChoiceField)
        to.queryset = departments.exclude(function=Unit.Function.SUPERVISION).order_by("code")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("told_at") and not cleaned.get("text"):
            self.add_error("text", _("Write what the customer is told."))
        return cleaned


class Assigned(forms.Form):
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=Person.objects.none())

    def __init__(self, *given: Any, case: Case, **named: Any) -> None:
        super().__init__(*given, **named)
        found = colleagues(case)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = Person.objects.filter(pk__in=[one.person.pk for one in found])
        owner.choices = [("", "---------"), *((one.person.pk, one.label) for one in found)]


class Merged(forms.Form):
    into = fields.OfNumber(
        label=_("The case in which it goes on"), queryset=Case.objects.none(), widget=forms.RadioSelect
    )

    def __init__(self, *given: Any, about: Case | Conversation, by: Actor, **named: Any) -> None:
        super().__init__(*given, **named)
        into = self.fields["into"]
        assert isinstance(into, forms.ModelChoiceField)
        into.queryset = merged.candidates(about, by)
        if not into.queryset.exists():
            into.help_text = _("The customer has no other case that is in work and that you may see.")


class Dismissed(forms.Form):
    reason = forms.TypedChoiceField(
        label=_("Reason"),
        choices=Dismissal.Reason.choices,
        coerce=Dismissal.Reason,
        widget=forms.RadioSelect,
    )
    of = forms.CharField(
        label=_("Number of the case it repeats"),
        required=False,
        max_length=20,
        help_text=_("Only for a duplicate."),
    )

    def __init__(self, *given: Any, by: Actor, **named: Any) -> None:
        super().__init__(*given, **named)
        self._by = by

    def clean_of(self) -> Case | None:
        number = self.cleaned_data["of"].strip().upper()
        if not number:
            return None
        case = access.visible(Case.objects.filter(number=number), self._by).first()
        if case is None:
            raise forms.ValidationError(_("You know no case of this number."), code="unknown")
        return case


class Ignored(forms.Form):
    reason = forms.TypedChoiceField(
        label=_("Reason"), choices=Needless.choices, coerce=Needless, widget=forms.RadioSelect
    )


class Revealed(forms.Form):
    purpose = forms.ChoiceField(
        label=_("What you need it for"), choices=list(PURPOSES.items()), widget=forms.RadioSelect
    )


class Language(forms.Form):
    language = forms.ChoiceField(label=_("We write in"), choices=[(CHINESE, "中文"), (ENGLISH, "English")])


class Started(Answered):
    """Writing first: to a contact point found by the customer's name or number, or to an address."""

    mailbox = fields.FromMailbox(label=_("From mailbox"), queryset=Mailbox.objects.none(), empty_label=None)
    to = forms.ModelChoiceField(
        label=_("Customer"), queryset=ContactPoint.objects.none(), required=False, widget=forms.HiddenInput
    )
    address = forms.EmailField(label=_("Or an e-mail address"), required=False)
    subject = forms.CharField(label=_("Subject"), max_length=500)
    text = fields.Text(label=_("Text"), widget=forms.Textarea(attrs={"rows": 10}))
    # There is no conversation yet that anybody could have overlooked something in.
    seen, knowingly = None, None  # type: ignore[assignment]
    field_order = ["mailbox", "to", "address", "subject", "text", "files"]

    def __init__(self, *given: Any, by: Actor, **named: Any) -> None:
        super().__init__(*given, **named)
        mailbox, to = self.fields["mailbox"], self.fields["to"]
        assert isinstance(mailbox, forms.ModelChoiceField)
        assert isinstance(to, forms.ModelChoiceField)
        mailbox.queryset = Mailbox.objects.filter(unit__in=by.units).order_by("address")
        to.queryset = recipients.reachable(by)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("to") and not cleaned.get("address") and "address" not in self.errors:
            self.add_error("address", _("Choose a customer or write an address."))
        return cleaned
