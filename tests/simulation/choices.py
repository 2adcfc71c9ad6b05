"""What a person can choose to do with a case: edges from here ∩ permissions, with words and values that make sense."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import world
from plainspoken.cases.actions import answering, follow_up, hand_over, merging, ownership, triage
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case, Closure, Dismissal, Line, Reopening, Type
from plainspoken.kernel import action, clock
from plainspoken.kernel.actor import Actor
from plainspoken.organization.models import Person

Given = dict[str, Any]
STAFF = ("li", "wang", "xin", "zhao", "chen", "qian", "zhou")
AGENTS = ("li", "wang")
OWNERS = ("li", "wang", "xin", "zhao")
DEPARTMENTS = ("personal-finance", "credit-card", "customer-service")
WORDS = ("您好，年费二百元。", "We have looked into it: the fee is 200 yuan.")


@dataclass(frozen=True, slots=True)
class Verb:
    act: Callable[..., Any]
    given: Callable[[Case, Random], Given]


def _nothing(case: Case, chance: Random) -> Given:
    return {}


def _owner(case: Case, chance: Random) -> Given:
    return {"owner": Person.objects.get(username=chance.choice(OWNERS))}


def _judged(case: Case, chance: Random) -> Given:
    return {"type": chance.choice(list(Type.objects.all())), "line": chance.choice(list(Line.objects.all()))}


def _text(case: Case, chance: Random) -> Given:
    return {"text": chance.choice(WORDS)}


def _judged_text(case: Case, chance: Random) -> Given:
    return {**_judged(case, chance), **_text(case, chance)}


def _told(case: Case, chance: Random) -> Given:
    return {**_text(case, chance), "told_at": clock.now() + timedelta(hours=chance.choice([2, 30, 100]))}


def _handed(case: Case, chance: Random) -> Given:
    told = _told(case, chance) if chance.random() < 0.8 else {}
    return {**told, "to": world.unit(chance.choice(DEPARTMENTS)), "question": "这个怎么回答？"}


def _dismissed(case: Case, chance: Random) -> Given:
    reason = chance.choice(list(Dismissal.Reason))
    others = Case.objects.exclude(pk=case.pk).order_by("number")
    return {"reason": reason, "of": others.first() if reason == Dismissal.Reason.DUPLICATE else None}


def _into(case: Case, chance: Random) -> Given:
    same = list(Case.objects.filter(customer=case.customer_id).order_by("number"))
    return {"into": chance.choice(same)}


VERBS = {
    "cases.inquiry.assign": Verb(ownership.assign, _owner),
    "cases.inquiry.take": Verb(ownership.take, _nothing),
    "cases.inquiry.triage": Verb(triage.triage, _judged),
    "cases.inquiry.reclassify": Verb(triage.reclassify, _judged),
    "cases.inquiry.dismiss": Verb(triage.dismiss, _dismissed),
    "cases.inquiry.restore": Verb(triage.restore, _nothing),
    "cases.inquiry.tell_time": Verb(answering.tell_time, _told),
    "cases.inquiry.hand_over": Verb(hand_over.hand_over, _handed),
    "cases.inquiry.answer_inside": Verb(hand_over.answer_inside, _text),
    "cases.inquiry.take_back": Verb(hand_over.take_back, _nothing),
    "cases.inquiry.answer_at_once": Verb(answering.answer_at_once, _judged_text),
    "cases.inquiry.answer": Verb(answering.answer, _text),
    "cases.inquiry.close": Verb(follow_up.close, lambda case, chance: {"how": Closure.How.BY_OWNER}),
    "cases.inquiry.reopen": Verb(follow_up.reopen, lambda case, chance: {"how": Reopening.How.BY_STAFF}),
    "cases.inquiry.merge": Verb(merging.merge, _into),
    "cases.inquiry.unmerge": Verb(merging.unmerge, _nothing),
}


def open_to(case: Case, by: Actor) -> list[str]:
    """The codes of what the person may do with the case as it stands."""
    edges = INQUIRY.leaving(case.state)
    return [code for code in sorted(VERBS) if by.may(code) and action.specs[code].edge in edges]


def staffs_own() -> set[str]:
    """Every verb of a case that some member of staff may do: what `VERBS` must hold."""
    actors = [world.actor(username) for username in STAFF]
    return {
        spec.code
        for spec in action.specs.values()
        if spec.edge in INQUIRY.edges.values() and any(by.may(spec.code) for by in actors)
    }
