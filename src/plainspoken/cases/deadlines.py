"""The promises of an inquiry, each with its ladder."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Case
from plainspoken.kernel import deadlines, measures
from plainspoken.kernel.deadlines import AT_DUE
from plainspoken.kernel.models import Deadline
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Unit

FIRST_REPLY = deadlines.kind("cases.first_reply", _("First reply"), duties=["4.3.1a", "4.1.2b", "5.1.2a"])
NEXT_REPLY = deadlines.kind("cases.next_reply", _("Reply to what came back"), duties=["4.3.1i"])
TOLD_TIME = deadlines.kind("cases.told_time", _("Told time"), duties=["4.3.1f"])
DEPARTMENT_ANSWER = deadlines.kind(
    "cases.department_answer", _("Department's answer"), duties=["4.3.1h", "3.3d"]
)
FOLLOW_UP = deadlines.kind("cases.follow_up", _("Follow-up"), duties=["4.3.1i", "3.2e"], steps=AT_DUE)
OF_WORK = (FIRST_REPLY, NEXT_REPLY, TOLD_TIME, DEPARTMENT_ANSWER)


def open_target(kind: deadlines.Kind, case: Case, *, unit: Unit, start: datetime | None = None) -> Deadline:
    """Open a deadline of the kind by the firm's own target for the case's channel."""
    target = organization.target(kind.code, case.channel)
    return deadlines.open(
        kind,
        case,
        calendar=organization.calendar_of(unit),
        counted_in=target.counted_in,
        amount=target.amount,
        unit=unit.pk,
        owner=case.owner_id if unit.pk == case.unit_id else None,
        start=start,
    )


def promise(case: Case, told_at: datetime) -> None:
    """The moment told to the customer; a later telling moves it."""
    standing = deadlines.running(case, TOLD_TIME).select_for_update().first()
    if standing:
        measures.touch("cases.told_time_kept", standing.due_at, told_at)
        deadlines.move(standing, due_at=told_at)
        return
    calendar = organization.calendar_of(case.unit)
    deadlines.open_until(
        TOLD_TIME, case, due_at=told_at, calendar=calendar, unit=case.unit_id, owner=case.owner_id
    )
