"""What a case leaves beside itself: its promises, its entries in the ledger, who read it."""

from collections.abc import Iterator
from datetime import datetime, time
from functools import cache, lru_cache
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Model

from bench.copying import born, key
from bench.firm import House
from plainspoken.cases import deadlines as promises
from plainspoken.cases.intake import TAKER
from plainspoken.cases.models import Case, Closure
from plainspoken.kernel import action, crypto, ledger, merkle, reckoning
from plainspoken.kernel import deadlines as clocks
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.models import Deadline, Entry, Opening, Read
from plainspoken.kernel.worktime import Due

if TYPE_CHECKING:
    from bench.tales import Fate


CASE = ledger.code_of(Case)
NOON = time(12)
_mac = cache(crypto.mac_maker)


def deadlines(house: House, case: Case, fate: "Fate", department: UUID | None) -> Iterator[Model]:
    """The first reply is met or runs; what is answered is followed up; what was asked is owed by the department."""
    first = _promise(house, case, promises.FIRST_REPLY, fate.received)
    if fate.state == "no_inquiry":
        _dropped(first)
    yield _met(first, fate.answered) if fate.replied else first
    if fate.replied:
        follow_up = _promise(house, case, promises.FOLLOW_UP, fate.answered)
        yield _dropped(follow_up) if fate.state == "closed" else follow_up
    if department:
        asked = _promise(house, case, promises.DEPARTMENT_ANSWER, fate.asked)
        asked.unit_id, asked.owner_id = department, None
        yield asked if fate.state == "with_department" else _met(asked, fate.answered)


def entries(case: Case, owner: Actor | None, department: UUID | None, fate: "Fate") -> Iterator[Model]:
    """The lines of its history, and that the owner has read it."""
    yield from _entry("cases.inquiry.open", case, TAKER, fate.received, case=case)
    if owner is None:
        return
    if case.triaged_at:
        yield from _entry(
            "cases.inquiry.triage", case, owner, fate.taken, type=case.type_id, line=case.line_id
        )
    if department:
        yield from _entry("cases.inquiry.hand_over", case, owner, fate.asked, department=department)
    if fate.replied:
        yield from _entry("cases.inquiry.mark_answered", case, TAKER, fate.answered, at=fate.answered)
    if fate.state == "closed":
        yield from _entry("cases.inquiry.close", case, TAKER, fate.closed, how=Closure.How.SOLVED)
    yield born(
        Read,
        id=key(fate.last),
        at=fate.last,
        actor_id=owner.id,
        actor_post=owner.post,
        subject_type=CASE,
        subject_id=case.pk,
        purpose="work",
    )


def _promise(house: House, case: Case, kind: clocks.Kind, start: datetime) -> Deadline:
    target = house.targets[kind.code]
    due, derivation = _due(
        house, target.counted_in, _as_counted(house, target.counted_in, start), target.amount
    )
    promise = born(
        Deadline,
        id=key(start),
        kind=kind.code,
        subject_type=CASE,
        subject_id=case.pk,
        unit_id=case.unit_id,
        owner_id=case.owner_id,
        calendar=house.calendar.code,
        counted_in=target.counted_in,
        amount=target.amount,
        opened_at=start,
        due_at=due.at,
        derivation=derivation,
        provisional=due.provisional,
        missing_years=list(due.missing_years),
    )
    promise.steps = reckoning.moments(promise, house.calendar, [step.share for step in kind.steps])
    _notice(promise, house.now)
    return promise


def _as_counted(house: House, counted_in: str, start: datetime) -> datetime:
    """Days are counted from the day alone: the moment that stands for all of that day."""
    if counted_in == Deadline.CountedIn.WORKING_MINUTES:
        return start
    return datetime.combine(house.calendar.local_day(start), NOON, house.calendar.zone)


@lru_cache(maxsize=1_000)
def _due(house: House, counted_in: str, start: datetime, amount: int) -> tuple[Due, list[dict[str, Any]]]:
    due = reckoning.count(house.calendar, counted_in, start, amount)
    return due, reckoning.derivation(due)


def _notice(promise: Deadline, now: datetime) -> None:
    """What time has brought already was noticed when it did."""
    promise.next_step = sum(step <= now for step in promise.steps)
    promise.breached_at = promise.due_at if promise.due_at <= now else None
    clocks.look_ahead(promise)


def _met(promise: Deadline, at: datetime) -> Deadline:
    promise.state, promise.met_at, promise.next_at = "met", at, None
    promise.breached_at = promise.due_at if at > promise.due_at else None
    return promise


def _dropped(promise: Deadline) -> Deadline:
    promise.state, promise.breached_at, promise.next_at = "dropped", None, None
    return promise


def _entry(code: str, subject: Case, by: Actor, at: datetime, /, **facts: Any) -> Iterator[Model]:
    """What `ledger.rows` makes, at half its cost; that it is the same, `verify` says."""
    salt = token_hex(ledger.SALT_BYTES)
    columns: dict[str, Any] = {
        "id": key(at),
        "at": at,
        "code": code,
        "refusal": "",
        "subject_type": CASE,
        "subject_id": subject.id,
        "actor_kind": by.kind.value,
        "actor_id": by.id,
        "actor_post": by.post,
        "cause": None,
    }
    said = {name: ledger.fact(value) for name, value in columns.items()}
    said |= {"v": ledger.BODY_VERSION, "hash": merkle.ALGORITHM, "duties": action.specs[code].duties}
    said["facts"] = {name: ledger.fact(value) for name, value in facts.items()}
    said["commits"] = {"actor_name": ledger.commitment(salt, by.name)}
    body = ledger.canonical(said)
    yield born(Entry, **columns, body=body, mac=_mac()(body))
    yield born(Opening, entry_id=columns["id"], values={"actor_name": [salt, by.name]})
