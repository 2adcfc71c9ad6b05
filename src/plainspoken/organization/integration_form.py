"""The form by which a program is connected."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from plainspoken.organization import fields, queries
from plainspoken.organization.actions.integrations import REQUESTS_A_MINUTE_MAX
from plainspoken.organization.models import Person, Role, Unit
from plainspoken.ui.sheets import Sheet

LASTS_DAYS = 180
REQUESTS_A_MINUTE = 600


class IntegrationForm(Sheet):
    name = forms.CharField(label=_("Name of the program"), max_length=80)
    role = fields.Named(
        Role.objects.order_by("code"), label=_("Role"), help_text=_("What the program may do.")
    )
    unit = fields.InTree(
        Unit.objects.all(),
        label=_("Unit"),
        help_text=_("The program sees what this unit and those below it see."),
    )
    person = fields.Named(
        Person.objects.all(),
        to_field_name="username",
        label=_("Who answers for it"),
        widget=forms.TextInput,
        help_text=_("The username of a member of staff. What the program writes stands under this name."),
    )
    last_day = fields.Day(label=_("Last day"), help_text=_("A year ahead at most."))
    requests_a_minute = forms.IntegerField(
        label=_("Requests a minute"), min_value=1, max_value=REQUESTS_A_MINUTE_MAX
    )
    refused_at: ClassVar = {
        "program_name_taken": "name",
        "responsible_without_post": "person",
        "program_lasts_unfit": "last_day",
        "allowance_unfit": "requests_a_minute",
    }

    def __init__(self, data: Any = None) -> None:
        last = queries.today(queries.root()) + timedelta(days=LASTS_DAYS)
        super().__init__(data, initial={"last_day": last, "requests_a_minute": REQUESTS_A_MINUTE})
        self.fields["person"].error_messages["invalid_choice"] = _("Nobody has this username.")
