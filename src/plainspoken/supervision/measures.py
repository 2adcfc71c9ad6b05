"""What customers say, measured."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Case
from plainspoken.kernel import measures
from plainspoken.kernel.measures import LocalDay, measure
from plainspoken.supervision.models import Survey

Facts = QuerySet[Any, Any]
SATISFIED_FROM = 4


@measure(
    "supervision.satisfaction",
    _("Satisfaction"),
    _("Of the ratings given on the day: those with 4 or 5 out of 5."),
    duties=["1.1a", "6.1.2a", "6.1.2b", "6.2.1b"],
)
def satisfaction(since: datetime, until: datetime) -> Facts:
    rated = Survey.objects.filter(rated_at__gte=since, rated_at__lt=until)
    return _facts(rated, "rated_at", Q(score__gte=SATISFIED_FROM))


@measure(
    "supervision.response",
    _("Ratings given"),
    _("Of the ratings asked for on the day: those given."),
    duties=["6.1.2a"],
)
def response(since: datetime, until: datetime) -> Facts:
    asked = Survey.objects.filter(asked_at__gte=since, asked_at__lt=until)
    return _facts(asked, "asked_at", Q(score__isnull=False))


@measures.follows(Case)
def touch(case: Case) -> None:
    """Ratings are counted for the case's unit, owner and line, and not at all when it was no inquiry."""
    for asked_at, rated_at in Survey.objects.filter(case=case.pk).values_list("asked_at", "rated_at"):
        measures.touch("supervision.response", asked_at)
        measures.touch("supervision.satisfaction", rated_at)


def _facts(surveys: QuerySet[Survey], moment: str, counts: Q) -> Facts:
    return (
        surveys.exclude(case__state="no_inquiry")
        .annotate(
            record=F("case_id"),
            day=LocalDay("case__legal_entity__time_zone", moment),
            unit_id=F("case__unit_id"),
            staff_id=F("case__owner_id"),
            channel=F("case__channel"),
            line_id=F("case__line_id"),
            counts=counts,
        )
        .values("record", "day", "unit_id", "staff_id", "channel", "line_id", "counts")
    )
