"""The records behind a figure, as far as they are in the reader's sight."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from plainspoken.cases.models import Case
from plainspoken.desk import figures
from plainspoken.desk.asked import Asked
from plainspoken.kernel import access, measures
from plainspoken.kernel.actor import Actor

KEYS = ("-received_at", "-id")


@dataclass(frozen=True, slots=True)
class Fact:
    """One record of a measure: the day it is counted on, for whom, and whether it counts."""

    day: date
    unit: str
    staff: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Record:
    case: Case
    facts: list[Fact]


def cases(code: str, asked: Asked, by: Actor, *, counts: bool | None = None) -> QuerySet[Case]:
    """The cases behind the figure; `counts` leaves only those that count, or only those that do not."""
    facts = _facts(code, asked, by, counts)
    return access.visible(Case.objects.filter(pk__in=facts.values("record")).select_related("customer"), by)


def told(
    rows: Sequence[Case], code: str, asked: Asked, by: Actor, *, counts: bool | None = None
) -> list[Record]:
    """Each case of a page with its facts."""
    found = list(_facts(code, asked, by, counts).filter(record__in=[row.pk for row in rows]).order_by("day"))
    units = figures.names("unit", {fact["unit_id"] for fact in found})
    staff = figures.names("staff", {fact["staff_id"] for fact in found if fact["staff_id"]})
    facts: dict[UUID, list[Fact]] = defaultdict(list)
    for fact in found:
        told = Fact(fact["day"], units[fact["unit_id"]], staff.get(fact["staff_id"], ""), fact["counts"])
        facts[fact["record"]].append(told)
    return [Record(row, facts[row.pk]) for row in rows]


def _facts(code: str, asked: Asked, by: Actor, counts: bool | None) -> QuerySet[Any, dict[str, Any]]:
    permitted = reduce(or_, figures.permitted(asked, by))
    facts = measures.facts(code, asked.period.since, asked.period.until).filter(permitted)
    return facts if counts is None else facts.filter(counts=counts)
