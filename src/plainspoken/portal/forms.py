"""What a customer may tell us by a link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.portal.actions import COMMENT_CHARACTERS_MAX
from plainspoken.supervision import survey

SCORES = [
    (5, _("Very satisfied")),
    (4, _("Satisfied")),
    (3, _("Neither")),
    (2, _("Not satisfied")),
    (1, _("Not satisfied at all")),
]


class NotSolved(forms.Form):
    comment = forms.CharField(
        label=_("What is missing?"),
        required=False,
        max_length=COMMENT_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Please give no passwords, codes or complete card numbers."),
    )


class Rating(forms.Form):
    score = forms.TypedChoiceField(
        label=_("How satisfied are you with our answer?"),
        choices=SCORES,
        coerce=int,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("What should we do better?"),
        required=False,
        max_length=survey.COMMENT_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
