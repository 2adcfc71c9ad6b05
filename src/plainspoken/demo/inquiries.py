"""The life of one inquiry, told step by step: from the customer's mail to the rating."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from plainspoken.cases.actions import answering, follow_up, hand_over, ownership, tags, triage
from plainspoken.cases.letters import told
from plainspoken.cases.models import Case, Closure, Line, Tag, Type
from plainspoken.channels.email import storing
from plainspoken.channels.email.addresses import Address
from plainspoken.content import queries as content
from plainspoken.content.models import Script
from plainspoken.conversations.models import Message
from plainspoken.customers.models import Link
from plainspoken.demo import mail, words
from plainspoken.demo.mail import Mail
from plainspoken.demo.matters import Asked, Client
from plainspoken.demo.stage import Stage, Steps
from plainspoken.kernel import access, clock, worktime
from plainspoken.kernel.actor import Actor
from plainspoken.portal import actions as portal
from plainspoken.portal import visitors

CHARSETS = ("utf-8", "utf-8", "utf-8", "gbk", "gb18030", "gb2312")
EXPERTS = {
    "deposit": "wei",
    "wealth": "wei",
    "loan": "song",
    "card": "jiang",
    "ebank": "dai",
    "corporate": "yuan",
    "branch": "du",
    "campaign": "luo",
}


class Halt(StrEnum):
    """Where an inquiry of today stands still: the story stops there."""

    NEVER = ""
    RECEIVED = "received"
    TAKEN = "taken"
    TRIAGED = "triaged"
    WITH_DEPARTMENT = "with_department"
    DEPARTMENT_ANSWERED = "department_answered"
    ANSWERED = "answered"
    REOPENED = "reopened"


class End(StrEnum):
    """How an inquiry ends."""

    YES = "yes"
    THANKS = "thanks"
    SILENCE = "silence"
    OWNER = "owner"
    NOT_YET = "not_yet"
    WRITES_AGAIN = "writes_again"


@dataclass(slots=True)
class Inquiry:
    """`pace` are the working minutes until somebody takes it; `late`: its first answer breaks the promise."""

    stage: Stage
    number: int
    asked: Asked
    client: Client
    agent: str
    starts: datetime
    mailbox: str = "service@haian.example"
    end: End = End.YES
    halt: Halt = Halt.NEVER
    late: bool = False
    slow_department: bool = False
    rates: bool = True
    thread: list[str] = field(default_factory=list)

    @property
    def by(self) -> Actor:
        return self.stage.staff[self.agent]

    def case(self) -> Case:
        """The case its first mail has opened."""
        related = Case.objects.select_related("conversation", "customer")
        return related.get(conversation__messages__header_id=self.thread[0])

    def steps(self) -> Steps:
        yield self.starts
        self.writes(self.asked.text)
        if self.halt is Halt.RECEIVED:
            return
        yield self._after(*((260, 330) if self.late else (4, 70)))
        self._take()
        if self.halt is Halt.TAKEN:
            return
        yield self._after(2, 15)
        yield from self._work()

    def writes(self, text: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """A mail of the customer arrives."""
        chance, at = self.stage.chance, clock.now()
        charset = "utf-8" if self.asked.english else chance.choice(CHARSETS)
        key = f"{self.number:03}.{len(self.thread)}.{at:%y%m%d%H%M}@{self.client.email.partition('@')[2]}"
        letter = Mail(
            id=key,
            name=self.client.name,
            address=self.client.email,
            to=self.mailbox,
            subject=self._subject(),
            text=text,
            at=at,
            charset=charset,
            html=chance.random() < 0.3,
            headers=headers,
            attachment=words.SCREENSHOT if "截图" in text else None,
        )
        self.thread.append(key)
        storing.store([self.mailbox], self.client.email, mail.as_bytes(letter))

    def _subject(self) -> str:
        return f"Re: {self.asked.subject}" if self.thread else self.asked.subject

    def _after(self, least: int, most: int) -> datetime:
        return self.stage.later(clock.now(), least, most)

    def _take(self) -> None:
        case = access.open(Case.objects.all(), self.case().pk, self.by)
        if self.number % 7 == 0 and self.mailbox.startswith("service"):
            lead, person = self.stage.staff["xu"], self.stage.people[self.agent]
            ownership.assign(case, by=lead, owner=person)
        else:
            ownership.take(case, by=self.by)

    def _work(self) -> Steps:
        line, type_ = Line.objects.get(code=self.asked.line), Type.objects.get(code=self.asked.type)
        case = triage.triage(self.case(), by=self.by, type=type_, line=line)
        for tag in Tag.objects.filter(code__in=words.marks(self.asked.subject + self.asked.text)):
            tags.tag(case, by=self.by, tag=tag)
        if self.halt is Halt.TRIAGED:
            return
        if self.asked.ask and line.department_id != case.unit_id:
            yield self._after(5, 30)
            yield from self._through_the_department(line)
        if self.halt in (Halt.WITH_DEPARTMENT, Halt.DEPARTMENT_ANSWERED):
            return
        yield self._after(3, 40)
        self._answer(self.asked.answer)
        if self.halt is not Halt.ANSWERED:
            yield from self._ending()

    def _through_the_department(self, line: Line) -> Steps:
        case = self.case()
        told_at = worktime.add_minutes(self.stage.calendar, clock.now(), 900).at.replace(minute=0, second=0)
        text = content.filled(
            Script.Scene.TOLD_TIME,
            case.conversation.spoken,
            {"customer": self.client.name, "until": told(case, told_at), "agent": self._signature()},
        )
        hand_over.hand_over(
            case, by=self.by, to=line.department, question=self.asked.ask, told_at=told_at, text=text
        )
        if self.halt is Halt.WITH_DEPARTMENT:
            return
        yield self._after(*((500, 560) if self.slow_department else (40, 420)))
        expert = self.stage.staff[EXPERTS[self.asked.line]]
        hand_over.answer_inside(self.case(), by=expert, text=self.asked.inside)
        if self.halt is not Halt.DEPARTMENT_ANSWERED:
            yield self._after(500, 560) if self.slow_department else self._after(5, 60)

    def _answer(self, text: str) -> Message:
        closing = words.closing(self.asked.english)
        parts = (self.client.salutation, text, closing, self._signature())
        return answering.answer(self.case(), by=self.by, text="\n\n".join(parts))

    def _signature(self) -> str:
        person = self.stage.people[self.agent]
        return person.name_en if self.asked.english else person.name_zh

    def _ending(self) -> Steps:
        match self.end:
            case End.NOT_YET:
                yield self._hours(1, 20)
                self._by_link(solved=False)
                yield from self._second_answer()
            case End.WRITES_AGAIN:
                yield self._hours(1, 30)
                self._replies(self.asked.again)
                yield from self._second_answer()
            case End.THANKS:
                yield self._hours(0.4, 20)
                self._replies(
                    self.stage.chance.choice(words.THANKS_EN if self.asked.english else words.THANKS)
                )
            case End.OWNER:
                yield self._after(600, 900)
                # Over a long holiday the days of follow-up run out before so many working hours do.
                if self.case().state == "answered":
                    follow_up.close(self.case(), by=self.by, how=Closure.How.BY_OWNER)
            case End.SILENCE:
                yield clock.now() + timedelta(days=7, hours=18)
            case End.YES:
                yield self._hours(0.3, 40)
                self._by_link(solved=True)
        yield from self._rating()

    def _second_answer(self) -> Steps:
        if self.halt is Halt.REOPENED:
            return
        yield self._after(20, 180)
        self._answer(self.asked.answer_again)
        yield self._hours(0.5, 24)
        self._by_link(solved=True)

    def _hours(self, least: float, most: float) -> datetime:
        return self.stage.soon(clock.now(), least, most)

    def _replies(self, text: str) -> None:
        ours = self._last_of_ours()
        english = self.asked.english
        desk = Address("Haian Bank Customer Service" if english else "海岸银行客户服务", self.mailbox)
        quoted = mail.quoting(text, desk, ours.at, ours.text, english=english)
        self.writes(quoted, mail.answering(ours.header_id, f"<{self.thread[0]}>"))

    def _last_of_ours(self) -> Message:
        sent = Message.objects.filter(conversation=self.case().conversation_id, kind=Message.Kind.OUT)
        return sent.latest("at")

    def _link(self, purpose: Link.Purpose) -> Link | None:
        links = Link.objects.select_related("customer").filter(subject_id=self.case().pk, purpose=purpose)
        return links.filter(used_at__isnull=True).order_by("-made_at").first()

    def _by_link(self, *, solved: bool) -> None:
        link = self._link(Link.Purpose.SOLVED)
        assert link, "Every answer carries the question whether it is solved."
        by = visitors.actor(link)
        if solved:
            portal.confirm(link, by=by)
        else:
            portal.deny(link, by=by, comment=self.asked.again)

    def _rating(self) -> Steps:
        yield self._hours(0.5, 30)
        link = self._link(Link.Purpose.RATE) if self.rates else None
        if link:
            score, comment = words.rating(self.number, self.stage.chance, english=self.asked.english)
            portal.give_rating(link, by=visitors.actor(link), score=score, comment=comment)
