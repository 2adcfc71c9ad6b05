"""Whether a duty is in force: a control, a measure with data, a passing test of this build."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Sum

from plainspoken.kernel import clock, controls
from plainspoken.kernel.controls import Control
from plainspoken.kernel.models import MeasureDay
from plainspoken.law import clauses
from plainspoken.law.clauses import Clause, Duty, Means
from plainspoken.rulebook import tested
from plainspoken.rulebook.tested import Proof

EVIDENCE_DAYS = 30
ENTRIES_COUNTED_MAX = 1_000
COUNTED = """
SELECT asked.code, (
    SELECT count(*) FROM (
        SELECT FROM kernel_ledger_entry entry
        WHERE entry.code = asked.code AND entry.at >= %(since)s AND entry.refusal = '' LIMIT %(most)s
    ) few
)
FROM unnest(%(codes)s::text[]) AS asked (code)
"""
OURS = (Means.ENFORCED, Means.ASSISTED, Means.RECORDED)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A control with what it left in the last days: entries of an action, records of a measure."""

    control: Control
    count: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a duty stands. `measured` asks for a measure that has records, `tested` for tests that passed."""

    duty: Duty
    evidence: tuple[Evidence, ...]
    tests: tuple[Proof, ...]
    controlled: bool
    measured: bool
    tested: bool

    @property
    def in_force(self) -> bool:
        return self.duty.means in OURS and self.controlled and self.measured and self.tested


@dataclass(frozen=True, slots=True)
class ClauseStanding:
    clause: Clause
    duties: tuple[Standing, ...]

    @property
    def in_force(self) -> int:
        return sum(one.in_force for one in self.duties)

    @property
    def whole(self) -> bool:
        return self.in_force == len(self.duties)


def regulation() -> list[ClauseStanding]:
    """Every clause in the order of the regulation, from two queries."""
    counts = _counts()
    return [_clause(clause, counts) for clause in clauses.clauses()]


def clause(number: str) -> ClauseStanding:
    """One clause; raises `UnknownNumber`."""
    return _clause(clauses.clause(number), _counts())


def uncovered() -> list[str]:
    """The duties no control of ours serves yet: the list that may only shrink."""
    done_outside = {duty.number for duty in clauses.duties() if duty.means is Means.OUTSIDE}
    served = {duty for duty in controls.duties() if any(one.kind != "measure" for one in controls.of(duty))}
    return [duty.number for duty in clauses.duties() if duty.number not in served | done_outside]


def _clause(clause: Clause, counts: Counter[Control]) -> ClauseStanding:
    return ClauseStanding(clause, tuple(_standing(duty, counts) for duty in clause.duties))


def _standing(duty: Duty, counts: Counter[Control]) -> Standing:
    served = controls.of(duty.number)
    evidence = tuple(Evidence(one, counts[one] if _counted(one) else None) for one in served)
    return Standing(
        duty=duty,
        evidence=evidence,
        tests=tested.tested().of(duty.number),
        controlled=any(one.kind != "measure" for one in served),
        measured=any(one.control.kind == "measure" and one.count for one in evidence),
        tested=tested.tested().proves(duty.number),
    )


def _counted(control: Control) -> bool:
    return control.kind in ("action", "measure")


def _counts() -> Counter[Control]:
    """What the actions and measures left in the last days."""
    since = clock.now() - timedelta(days=EVIDENCE_DAYS)
    measured = (
        MeasureDay.objects.filter(day__gte=since.date()).values("measure").annotate(n=Sum("population"))
    )
    found = Counter({Control("action", code): count for code, count in _entries(since)})
    found.update({Control("measure", row["measure"]): row["n"] for row in measured.order_by()})
    return found


def _entries(since: datetime) -> list[tuple[str, int]]:
    """How many entries each action has left since, counted up to ENTRIES_COUNTED_MAX of each."""
    codes = {one.ref for duty in controls.duties() for one in controls.of(duty) if one.kind == "action"}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"codes": sorted(codes), "since": since, "most": ENTRIES_COUNTED_MAX})
        rows: list[tuple[str, int]] = cursor.fetchall()
    return rows
