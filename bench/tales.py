"""One case of the measured firm as the rows it would have left, had it gone its way through the actions."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Model

from bench import mails, traces
from bench.copying import born, key
from bench.firm import Desk, House
from bench.people import Client, Clients
from bench.words import Matter, Words
from plainspoken.cases.machine import WORKING
from plainspoken.cases.models import Answer, Case, Closure, Dismissal, HandOver
from plainspoken.conversations.models import Conversation, ConversationUnit, Message, Participant
from plainspoken.kernel.actor import Actor

ACKNOWLEDGED_AFTER = timedelta(seconds=3)
ASKED_SHARE = 0.08
TAKEN_SHARE = 0.2
ACKNOWLEDGEMENT = {
    "en": "We have received your message, number {number}. A person answers you within four working hours.",
    "zh-hans": "您的来信已收到，编号 {number}。我们会在四个工作小时内答复您。",
}
# What has become of a case that came in so many hours ago, and how often.
BECOME: list[tuple[float, dict[str, float]]] = [
    (4, {"received": 8, "triaged": 2}),
    (48, {"received": 15, "triaged": 40, "with_department": 15, "department_answered": 5, "answered": 25}),
    (192, {"answered": 55, "closed": 33, "with_department": 6, "triaged": 4, "department_answered": 2}),
    (float("inf"), {"closed": 95.9, "no_inquiry": 4, "with_department": 0.06, "triaged": 0.04}),
]


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a case stands, and when it went there; moments ahead of now have not come."""

    state: str
    received: datetime
    taken: datetime
    asked: datetime
    answered: datetime
    closed: datetime
    last: datetime

    @property
    def replied(self) -> bool:
        return self.state in ("answered", "closed")


class Teller:
    """Tells one case after another; who and what is left to chance."""

    def __init__(self, house: House, words: Words, clients: Clients) -> None:
        self.house, self.words, self.clients, self.now = house, words, clients, house.now
        self.chance: random.Random = words.chance
        self.numbers: Counter[int] = Counter()

    def begin(self, chance: random.Random, numbered: Counter[int]) -> None:
        """What follows depends on this chance alone; cases are numbered after those of each year."""
        self.chance = self.words.chance = self.clients.chance = chance
        self.numbers = numbered

    def case(self, at: datetime) -> Iterator[Model]:
        """All rows of a case received at that moment."""
        client, desk = self.clients.some(), self.house.desk(self.chance)
        matter = self.words.of(client.language)
        fate = self._fate(at)
        owner = self._owner(desk, fate)
        talk = _conversation(desk, client, matter, fate)
        case = self._case(desk, client, matter, fate, owner, talk)
        asked = fate.state in ("with_department", "department_answered") or (
            fate.replied and self.chance.random() < ASKED_SHARE
        )
        department = self.chance.choice([unit for unit in self.house.departments if unit != desk.unit])
        units = (desk.unit, department) if asked else (desk.unit,)
        yield talk
        yield case
        yield from (born(ConversationUnit, conversation_id=talk.id, unit_id=unit, since=at) for unit in units)
        yield born(Participant, conversation_id=talk.id, contact_point_id=client.point)
        yield from self._messages(case, desk, client, matter, fate, owner, units)
        yield from traces.deadlines(self.house, case, fate, department if asked else None)
        yield from traces.entries(case, owner, department if asked else None, fate)
        yield from _end(case, owner, fate)

    def _fate(self, at: datetime) -> Fate:
        hours = (self.now - at).total_seconds() / 3600
        states = next(states for until, states in BECOME if hours < until)
        state = self.chance.choices(list(states), list(states.values()))[0]
        taken = at + timedelta(minutes=1 + self.chance.expovariate(1 / 90))
        asked = taken + timedelta(minutes=2)
        answered = taken + timedelta(minutes=3 + self.chance.expovariate(1 / 120))
        closed = answered + timedelta(hours=1 + self.chance.random() * 166)
        steps = [min(step, self.now) for step in (taken, asked, answered, closed)]
        reached = {"received": at, "answered": steps[2], "closed": steps[3]}.get(state, steps[1])
        return Fate(state, at, steps[0], steps[1], steps[2], steps[3], reached)

    def _owner(self, desk: Desk, fate: Fate) -> Actor | None:
        waits = fate.state == "received" and self.chance.random() > TAKEN_SHARE
        return None if waits else desk.staff[int(len(desk.staff) * self.chance.random() ** 1.3)]

    def _case(
        self, desk: Desk, client: Client, matter: Matter, fate: Fate, owner: Actor | None, talk: Conversation
    ) -> Case:
        self.numbers[fate.received.year] += 1
        judged = fate.replied or fate.state in WORKING
        line, type_ = self.house.lines[matter.line].pk, self.house.types[matter.type].pk
        return born(
            Case,
            id=key(fate.received),
            number=f"Q-{fate.received.year}-{self.numbers[fate.received.year]:06}",
            kind=Case.Kind.INQUIRY,
            state=fate.state,
            conversation_id=talk.id,
            customer_id=client.id,
            channel="email",
            legal_entity_id=self.house.entity,
            unit_id=desk.unit,
            owner_id=owner.id if owner else None,
            subject=matter.subject,
            type_id=type_ if judged else None,
            line_id=line if judged else None,
            suggested_type_id=type_,
            suggested_line_id=line,
            received_at=fate.received,
            last_at=fate.last,
            triaged_at=fate.taken if judged else None,
            first_reply_at=fate.answered if fate.replied else None,
            answered_at=fate.answered if fate.replied else None,
            closed_at=fate.closed if fate.state == "closed" else None,
        )

    def _messages(
        self,
        case: Case,
        desk: Desk,
        client: Client,
        matter: Matter,
        fate: Fate,
        owner: Actor | None,
        units: tuple[UUID, ...],
    ) -> Iterator[Model]:
        """The question, its acknowledgement, and the answer or a further word; with a department, what it is asked."""
        said = mails.Said(case, desk, client, units)
        yield from said.arrives(self.words.asked(matter, client.language, fate.received), fate.received)
        told = ACKNOWLEDGEMENT[client.language].format(number=case.number)
        yield from said.leaves(Message.Kind.AUTOMATIC, told, fate.received + ACKNOWLEDGED_AFTER, None)
        if fate.replied and owner:
            for row in said.leaves(Message.Kind.OUT, matter.answer, fate.answered, owner):
                yield row
                if isinstance(row, Message):
                    yield born(Answer, message_id=row.id, case_id=case.id, kind=Answer.Kind.ANSWER)
        else:
            yield from said.adds(self.words.again(client.language, fate.last), fate.last)
        if len(units) > 1 and owner:
            yield from self._hand_over(said, case, units[1], fate, owner)

    def _hand_over(
        self, said: "mails.Said", case: Case, department: UUID, fate: Fate, owner: Actor
    ) -> Iterator[Model]:
        rows = list(
            said.inside(self.words.again(said.client.language, fate.asked), fate.asked, owner, department)
        )
        yield from rows
        waits = fate.state == "with_department"
        yield born(
            HandOver,
            id=key(fate.asked),
            case_id=case.id,
            to_unit_id=department,
            question_id=next(row.pk for row in rows if isinstance(row, Message)),
            asked_by_id=owner.id,
            asked_at=fate.asked,
            answered_by_id=None if waits else owner.id,
            answered_at=None if waits else fate.answered,
        )


def _conversation(desk: Desk, client: Client, matter: Matter, fate: Fate) -> Conversation:
    return born(
        Conversation,
        id=key(fate.received),
        mailbox_id=desk.mailbox.pk,
        customer_id=client.id,
        subject=matter.subject,
        language=client.language,
        started_at=fate.received,
        last_at=fate.last,
    )


def _end(case: Case, owner: Actor | None, fate: Fate) -> Iterator[Model]:
    if fate.state == "closed":
        yield born(Closure, id=key(fate.closed), case_id=case.id, how=Closure.How.SOLVED, at=fate.closed)
    if fate.state == "no_inquiry" and owner:
        spam = Dismissal.Reason.SPAM
        yield born(Dismissal, id=key(fate.taken), case_id=case.id, reason=spam, at=fate.taken, by_id=owner.id)
