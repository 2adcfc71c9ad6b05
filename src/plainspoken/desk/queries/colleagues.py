"""Whom a case may be given to."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from plainspoken.cases.models import Case
from plainspoken.desk import words
from plainspoken.organization import queries as organization
from plainspoken.organization import tree
from plainspoken.organization.models import Absence, Person, Qualification

COLLEAGUES_MAX = 200


@dataclass(frozen=True, slots=True)
class Colleague:
    """`absence` is set when the case would go to the deputy."""

    person: Person
    absence: Absence | None

    @property
    def label(self) -> str:
        name = words.name(self.person)
        if self.absence is None:
            return name
        values = {"name": name, "deputy": words.name(self.absence.deputy)}
        return _("%(name)s (away: it goes to %(deputy)s)") % values


def colleagues(*cases: Case) -> Sequence[Colleague]:
    """Qualified people of the cases' units and those below, whose posts answer customers; nobody excluded from one."""
    if not cases:
        return []
    today = organization.today(cases[0].unit)
    units = tree.below([*{case.unit_id for case in cases}])
    answering = organization.held(today).filter(
        post__unit__in=units, post__roles__permissions__contains=["cases.inquiry.answer"]
    )
    certified = organization.valid_qualifications(Qualification.Kind.CUSTOMER_CONTACT, today)
    people = Person.objects.filter(pk__in=answering.values("person")).filter(
        pk__in=certified.values("person")
    )
    allowed = people.exclude(exclusion__conversation__in=[case.conversation_id for case in cases]).order_by(
        "staff_number", "username"
    )
    away = Absence.objects.filter(
        from_day__lte=today, to_day__gte=today, withdrawn_at__isnull=True
    ).select_related("deputy")
    absences = {absence.person_id: absence for absence in away}
    return [Colleague(person, absences.get(person.pk)) for person in allowed[:COLLEAGUES_MAX]]
