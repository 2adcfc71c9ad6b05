"""Signing in and one's own affairs."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from django import forms
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from plainspoken.organization import actors, queries, totp
from plainspoken.organization.actions import second_factors
from plainspoken.organization.models import Person

PASSWORD_CHARACTERS_MAX = 200
CODE_CHARACTERS_MAX = 60
SET_UP_SECONDS_MAX = 15 * 60
_SALT = "organization.second_factor"


def minutes_to_wait(form: forms.BaseForm) -> int:
    """How long whoever sent the form must wait because there were too many attempts; 0 when it is not for that."""
    errors = [error for found in form.errors.as_data().values() for error in found]
    waits = [(error.params or {}).get("minutes", 0) for error in errors if error.code == "too_many_attempts"]
    return max(waits, default=0)


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Username"),
            max_length=60,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
            ),
        )
        self.fields["password"] = forms.CharField(
            label=_("Password"),
            max_length=PASSWORD_CHARACTERS_MAX,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.order_fields(["login", "password"])


class PresentPasswordForm(forms.Form):
    """Whoever sits at an open desk changes nothing of how its owner signs in."""

    present = forms.CharField(
        label=_("Present password"),
        max_length=PASSWORD_CHARACTERS_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, person: Person, data: Any = None) -> None:
        super().__init__(data)
        self.request, self.person = request, person

    def clean_present(self) -> str:
        """Wrong ones count as failed sign-ins, so that an open desk is no place to guess."""
        present: str = self.cleaned_data["present"]
        if not get_adapter().authenticate(self.request, username=self.person.username, password=present):
            raise forms.ValidationError(_("This is not your present password."))
        return present


class ChangePasswordForm(PresentPasswordForm):
    new = forms.CharField(
        label=_("New password"),
        help_text=_("At least 12 characters. A short sentence is easy to remember."),
        max_length=PASSWORD_CHARACTERS_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        max_length=PASSWORD_CHARACTERS_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("new") != self.cleaned_data.get("again"):
            self.add_error("again", _("The two new passwords differ."))
        return self.cleaned_data


def _code(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(
        attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
    )
    return forms.CharField(label=label, help_text=help_text, max_length=CODE_CHARACTERS_MAX, widget=widget)


class CodeForm(forms.Form):
    """The second step of a sign-in."""

    code = _code(_("Code of the app"))

    def __init__(self, request: HttpRequest, person: Person, data: Any = None) -> None:
        super().__init__(data)
        self.request, self.person = request, person
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        with get_adapter().trying_code(self.request, self.person):
            second_factors.use(self.person, by=actors.now(self.person), code=code)
        return code


class SetUpForm(PresentPasswordForm):
    """`made` carries the secret that the page shows, signed, so that nobody can have another one taken over."""

    code = _code(_("Code that the app shows"))
    made = forms.CharField(widget=forms.HiddenInput, max_length=400)

    def __init__(self, request: HttpRequest, person: Person, data: Any = None) -> None:
        super().__init__(request, person, data)
        self.secret = self._standing() or totp.new_secret()
        self.initial["made"] = signing.dumps([str(person.pk), self.secret], salt=_SALT)
        self.order_fields(["made", "code", "present"])

    def clean_made(self) -> str:
        if not self._standing():
            raise forms.ValidationError(
                _("This page was open for too long. Read the new picture with your app.")
            )
        return self.secret

    def renewed(self) -> None:
        """A picture that is too old is not shown again: what was sent is kept with a new one in its place."""
        self.data = {**dict(self.data.items()), "made": self.initial["made"], "code": ""}

    def _standing(self) -> str:
        try:
            owner, secret = signing.loads(
                str(self.data.get("made", "")), salt=_SALT, max_age=SET_UP_SECONDS_MAX
            )
        except signing.BadSignature:
            return ""
        return str(secret) if owner == str(self.person.pk) else ""


class ConfirmedForm(PresentPasswordForm):
    """What weakens the sign-in needs the password and a code; the code itself is looked at by the action."""

    code = _code(_("Code of the app"), _("Or a recovery code."))


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Person) -> str:
        return obj.name


class AbsenceForm(forms.Form):
    from_day = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    to_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    deputy = PersonField(
        Person.objects.none(), label=_("Deputy"), help_text=_("Gets what would come to you meanwhile.")
    )

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(data)
        deputy = self.fields["deputy"]
        assert isinstance(deputy, forms.ModelChoiceField)
        deputy.queryset = queries.colleagues(person)
