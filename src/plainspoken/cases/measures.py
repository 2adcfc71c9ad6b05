"""What is measured of inquiries. What was dismissed as no inquiry, or merged into another case, is not counted.

What was promised in a case before it was merged is a promise all the same: merging hides no broken one.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Case, Reopening
from plainspoken.kernel import measures
from plainspoken.kernel.measures import LocalDay, measure
from plainspoken.kernel.models import Deadline

CAME_AGAIN_WITHIN = timedelta(days=7)
PROMISES = {
    "cases.first_reply": "cases.first_reply_on_time",
    "cases.told_time": "cases.told_time_kept",
    "cases.department_answer": "cases.department_on_time",
}
"""The kinds of deadline that are measured, and by what."""

Facts = QuerySet[Any, Any]


@measure(
    "cases.received",
    _("Received"),
    _("Inquiries by the day they were received."),
    duties=["3.2a", "4.3.1b"],
    share=False,
)
def received(since: datetime, until: datetime) -> Facts:
    cases = _inquiries().filter(received_at__gte=since, received_at__lt=until)
    return _facts(cases, "received_at", Value(True))


@measure(
    "cases.judged",
    _("Judged by a person"),
    _("Of the inquiries received on the day: those whose type and business line a person has judged."),
    duties=["4.3.1c", "4.3.1d"],
)
def judged(since: datetime, until: datetime) -> Facts:
    cases = _inquiries().filter(received_at__gte=since, received_at__lt=until)
    return _facts(cases, "received_at", Q(type__isnull=False, line__isnull=False))


@measure(
    "cases.answered",
    _("Answered"),
    _("Inquiries by the day their latest answer left."),
    duties=["3.2c", "4.3.1e"],
    share=False,
)
def answered(since: datetime, until: datetime) -> Facts:
    cases = _inquiries().filter(answered_at__gte=since, answered_at__lt=until)
    return _facts(cases, "answered_at", Value(True))


@measure(
    "cases.first_reply_on_time",
    _("First reply on time"),
    _("Of the first replies due on the day, met or overdue: those that left by then."),
    duties=["1.1b", "6.2.1b", "4.3.1a", "4.1.2b"],
)
def first_reply_on_time(since: datetime, until: datetime) -> Facts:
    return _promises("cases.first_reply", since, until)


@measure(
    "cases.told_time_kept",
    _("Told time kept"),
    _("Of the answers told to customers for the day, met or overdue: those that left by then."),
    duties=["1.1b", "6.2.1b", "4.3.1f"],
)
def told_time_kept(since: datetime, until: datetime) -> Facts:
    return _promises("cases.told_time", since, until)


@measure(
    "cases.department_on_time",
    _("Department answered on time"),
    _("Of the departments' answers due on the day, met or overdue: those given by then."),
    duties=["4.3.1g", "4.3.1h"],
)
def department_on_time(since: datetime, until: datetime) -> Facts:
    return _promises("cases.department_answer", since, until)


@measure(
    "cases.first_contact",
    _("Solved at first contact"),
    _(
        "Of the inquiries closed on the day: those never reopened, whose customer did not come again on the same"
        " business line within 7 days."
    ),
    duties=["1.1c", "6.2.1b", "4.3.1e", "4.3.1i"],
)
def first_contact(since: datetime, until: datetime) -> Facts:
    cases = _inquiries().filter(state="closed", closed_at__gte=since, closed_at__lt=until)
    again = _inquiries().filter(
        customer=OuterRef("customer"),
        line=OuterRef("line"),
        received_at__gt=OuterRef("received_at"),
        received_at__lte=OuterRef("closed_at") + CAME_AGAIN_WITHIN,
    )
    reopened = Reopening.objects.filter(case=OuterRef("pk"))
    return _facts(cases, "closed_at", ~Exists(reopened) & ~Exists(again))


def touch(case: Case) -> None:
    """The case has changed, or is about to: the days of everything it is counted in. Call inside an action."""
    measures.touch("cases.received", case.received_at)
    measures.touch("cases.judged", case.received_at)
    measures.touch("cases.answered", case.answered_at)
    _touch_promises(case)
    _touch_closed(case)
    measures.changed(case)


def touch_new(case: Case, promise: Deadline) -> None:
    """The case has just come in with its first promise: nothing of it is answered, closed or rated yet."""
    measures.touch("cases.received", case.received_at)
    measures.touch("cases.judged", case.received_at)
    touch_promise(promise)


@measures.follows(Deadline)
def touch_promise(deadline: Deadline) -> None:
    """A promise was broken, or is counted anew: the day it is due on."""
    if deadline.kind in PROMISES:
        measures.touch(PROMISES[deadline.kind], deadline.due_at)


def _touch_promises(case: Case) -> None:
    for promise in Deadline.objects.filter(subject_id=case.pk, kind__in=PROMISES):
        touch_promise(promise)


def _touch_closed(case: Case) -> None:
    """Its own closing, and the closings before it that it takes the first contact from."""
    earlier = Case.objects.filter(
        customer=case.customer_id,
        line=case.line_id,
        state="closed",
        received_at__lt=case.received_at,
        closed_at__gte=case.received_at - CAME_AGAIN_WITHIN,
    )
    measures.touch("cases.first_contact", case.closed_at, *earlier.values_list("closed_at", flat=True))


def _inquiries() -> QuerySet[Case]:
    return Case.objects.filter(kind=Case.Kind.INQUIRY).exclude(state__in=["no_inquiry", "merged"])


def _facts(cases: QuerySet[Case], moment: str, counts: Any) -> Facts:
    return cases.annotate(
        record=F("pk"),
        day=LocalDay("legal_entity__time_zone", moment),
        staff_id=F("owner_id"),
        counts=counts,
    ).values("record", "day", "unit_id", "staff_id", "channel", "line_id", "counts")


def _promises(kind: str, since: datetime, until: datetime) -> Facts:
    """The promises of a kind that were due, each counted for the unit and the person it belonged to."""
    inquiries = Case.objects.filter(kind=Case.Kind.INQUIRY).exclude(state="no_inquiry")
    case = inquiries.filter(pk=OuterRef("subject_id"))
    settled = Q(state="met") | Q(breached_at__isnull=False)
    return (
        Deadline.objects.filter(settled, Exists(case), kind=kind, due_at__gte=since, due_at__lt=until)
        .annotate(
            record=F("subject_id"),
            zone=Subquery(case.values("legal_entity__time_zone")[:1]),
            day=LocalDay("zone", "due_at"),
            staff_id=F("owner_id"),
            channel=Subquery(case.values("channel")[:1]),
            line_id=Subquery(case.values("line_id")[:1]),
            counts=Q(breached_at__isnull=True),
        )
        .values("record", "day", "unit_id", "staff_id", "channel", "line_id", "counts")
    )
