"""Forms about people: what is known of them, what they hold, have passed, and when they are away."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.organization import fields, queries
from plainspoken.organization.forms import PASSWORD_CHARACTERS_MAX
from plainspoken.organization.models import Person, Post, Qualification
from plainspoken.ui.sheets import RowSheet, Sheet


class PersonForm(RowSheet):
    name_zh = fields.name_zh()
    name_en = fields.name_en()
    username = forms.CharField(
        label=_("Username"),
        max_length=60,
        help_text=_("Small letters, digits, dots, dashes. It is chosen once and never changed."),
    )
    staff_number = forms.CharField(label=_("Staff number"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.TypedChoiceField(
        label=_("Language"), choices=Person.Language.choices, coerce=Person.Language
    )
    may_sign_in = forms.BooleanField(label=_("May sign in"), required=False)
    refused_at: ClassVar = {
        "username_unfit": "username",
        "code_taken": "username",
        "nobody_left_to_administer": "may_sign_in",
    }

    def __init__(self, data: Any, *, person: Person | None) -> None:
        names = ("name_zh", "name_en", "username", "staff_number", "email", "language", "may_sign_in")
        standing = {name: getattr(person, name) for name in names} if person else {"may_sign_in": True}
        super().__init__(data, row=person, initial=standing)
        if person:
            fields.fixed(self, "username")


class PostField(fields.Named):
    def label_from_instance(self, obj: Post) -> str:
        return f"{obj.unit.name} · {obj.name}"


class AppointmentForm(Sheet):
    post = PostField(Post.objects.none(), label=_("Post"))
    from_day = fields.Day(label=_("First day"))
    to_day = fields.Day(label=_("Last day"), required=False, help_text=_("Empty: until further notice."))
    refused_at: ClassVar = {"ends_before_it_begins": "to_day", "appointed_already": "post"}

    def __init__(self, data: Any, *, person: Person) -> None:
        super().__init__(data, initial={"from_day": queries.today_of(person)})
        post = self.fields["post"]
        assert isinstance(post, forms.ModelChoiceField)
        post.queryset = Post.objects.select_related("unit").order_by("unit__code", "code")


class LastDayForm(Sheet):
    to_day = fields.Day(label=_("Last day"))
    refused_at: ClassVar = {
        "ends_before_it_begins": "to_day",
        "ended_already": "to_day",
        "nobody_left_to_administer": "to_day",
    }


class QualificationForm(Sheet):
    kind = forms.TypedChoiceField(
        label=_("Kind"), choices=Qualification.Kind.choices, coerce=Qualification.Kind
    )
    valid_from = fields.Day(label=_("Valid from"))
    valid_to = fields.Day(label=_("Valid to"))
    refused_at: ClassVar = {"ends_before_it_begins": "valid_to"}


class RevocationForm(Sheet):
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    refused_at: ClassVar = {"reason_missing": "reason"}


class PasswordForm(Sheet):
    password = forms.CharField(
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
    refused_at: ClassVar = {"password_weak": "password"}

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("password") != self.cleaned_data.get("again"):
            self.add_error("again", _("The two new passwords differ."))
        return self.cleaned_data
