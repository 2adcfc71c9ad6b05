"""What a page may show of a case to whoever opened a link: enough to recognise it, nothing worth stealing."""

import re
from dataclasses import dataclass
from datetime import datetime

from plainspoken.cases import deadlines
from plainspoken.cases.models import Case
from plainspoken.kernel import clock
from plainspoken.kernel import deadlines as clocks
from plainspoken.organization import queries as organization

SUBJECT_CHARACTERS_MAX = 40
_DIGITS = re.compile(r"\d(?:[ -]?\d){3,}")


@dataclass(frozen=True, slots=True)
class Matter:
    """`zone` is the firm's: the customer reads our times as we wrote them in our letters."""

    number: str
    subject: str
    zone: str
    received_at: datetime
    answered_at: datetime | None
    stands: str
    next_due_at: datetime | None


def matter(case: Case) -> Matter:
    """`stands` is `answered`, `closed` or `in_work`; `next_due_at` when the customer hears from us again.

    A moment that has passed is not told: it would be a promise broken twice.
    """
    stands = case.state if case.state in ("answered", "closed") else "in_work"
    due = clocks.running(case, deadlines.NEXT_REPLY).filter(due_at__gt=clock.now()).first()
    return Matter(
        case.number,
        masked(case.subject),
        organization.time_zone(case.unit).key,
        case.received_at,
        case.answered_at,
        stands,
        due.due_at if due else None,
    )


def masked(subject: str) -> str:
    """The beginning of a subject, long numbers in it hidden."""
    hidden = _DIGITS.sub("****", subject)
    return (
        hidden
        if len(hidden) <= SUBJECT_CHARACTERS_MAX
        else hidden[: SUBJECT_CHARACTERS_MAX - 1].rstrip() + "…"
    )
