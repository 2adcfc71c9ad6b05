"""What a reader asks of the measures: days, and values of dimensions; read from the address and put into links."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from plainspoken.desk import periods
from plainspoken.desk.periods import Period
from plainspoken.kernel.errors import Text
from plainspoken.kernel.measures import Dimension

FIELDS: dict[str, Dimension] = {
    "unit": "unit_id",
    "staff": "staff_id",
    "line": "line_id",
    "channel": "channel",
    "day": "day",
}
LABELS: dict[str, Text] = {
    "unit": _("Unit"),
    "staff": _("Staff"),
    "line": _("Business line"),
    "channel": _("Channel"),
    "day": _("Day"),
}
NARROWING = ("unit", "staff", "line", "channel")
NONE = "none"


class Days(forms.Form):
    """From one day to another, both included."""

    since = forms.DateField(
        label=_("From day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        if since and until and (until - since).days >= periods.DAYS_MAX:
            self.add_error("until", _("Choose at most two years."))
        return cleaned


@dataclass(frozen=True, slots=True)
class Asked:
    """`values` narrows by dimension: an id, a channel, or NONE for records without one."""

    period: Period
    values: Mapping[str, str]

    def only(self) -> Q:
        """The condition on rows of the roll-up and on facts alike."""
        condition = Q()
        for name, value in self.values.items():
            field = FIELDS[name]
            condition &= Q((f"{field}__isnull", True)) if value == NONE else Q((field, value))
        return condition

    def with_value(self, name: str, key: object) -> "Asked":
        """Narrowed to one value of a dimension; a day is a period of one day."""
        if name == "day":
            assert isinstance(key, date)
            return replace(self, period=Period(key, key))
        return replace(self, values={**self.values, name: NONE if key is None else str(key)})

    def without(self, name: str) -> "Asked":
        return replace(self, values={other: value for other, value in self.values.items() if other != name})

    def query(self, **more: str) -> str:
        """The query string that asks the same."""
        days = {"since": self.period.since.isoformat(), "until": self.period.until.isoformat()}
        return urlencode({**days, **self.values, **more})


def read(given: Mapping[str, str]) -> tuple[Asked, Days]:
    """What the address asks for, and its days as a form: with errors, the question is about this month."""
    period = periods.this_month()
    first = {"since": period.since, "until": period.until}
    form = Days(given) if {"since", "until"} & set(given) else Days(initial=first)
    if form.is_bound and form.is_valid():
        period = Period(form.cleaned_data["since"], form.cleaned_data["until"])
    values = {name: given[name] for name in NARROWING if _fits(name, given.get(name, ""))}
    return Asked(period, values), form


def _fits(name: str, value: str) -> bool:
    """Whether the value can be one of the dimension."""
    if not value or name == "channel":
        return bool(value)
    try:
        return value == NONE or bool(UUID(value))
    except ValueError:
        return False
