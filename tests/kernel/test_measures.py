"""Figures come from a roll-up; whatever happens to cases, it is what a recount of the records would give."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import mailroom
import story
import weather
import world
from plainspoken.cases.actions import answering, follow_up, hand_over, ownership, triage
from plainspoken.cases.models import Case, Closure, Dismissal, Line, Reopening, Type
from plainspoken.channels.models import Mailbox
from plainspoken.conversations.models import Message
from plainspoken.kernel import action, clock, drain, measures, sums
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.errors import Refusal
from plainspoken.kernel.models import MeasureDay, MeasureDirty
from plainspoken.supervision import survey
from plainspoken.supervision.models import Survey

FIRST = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
DAYS = (date(2026, 2, 1), date(2026, 12, 31))
SENDERS = ("王芳 <wang@example.com>", "陈静 <chen@example.com>")
EXAMPLES = 15
Step = Callable[["History", int], None]


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    """The small firm with its mailbox."""
    return mailroom.opened()


class History:
    """A small world in which things happen one after the other; each step may be refused."""

    def __init__(self) -> None:
        self.now = FIRST
        self.everything: Actor = system("tests.history", *action.specs)

    def do(self, step: Step, choice: int, hours: int) -> None:
        self.now += timedelta(hours=hours)
        with clock.moved(self.now):
            with suppress(Refusal):
                step(self, choice)
            drain.run_until_empty()

    def case(self, choice: int) -> Case:
        cases = list(Case.objects.order_by("number"))
        return cases[choice % len(cases)]

    def owner(self, case: Case) -> Actor:
        return world.actor(case.owner.username if case.owner else "li")


def comes(history: History, choice: int) -> None:
    words = ("信用卡年费怎么收？", "理财产品到期了吗？")[choice // 2 % 2]
    mailroom.arrives(mailroom.mail(words, sender=SENDERS[choice % 2]))


def writes_again(history: History, choice: int) -> None:
    case = history.case(choice)
    ours = Message.objects.filter(conversation=case.conversation_id, kind__in=["out", "automatic"])
    reply_to = ours.order_by("-at", "-id").values_list("header_id", flat=True).first()
    person = Message.objects.filter(conversation=case.conversation_id, kind="in").earliest("at")
    assert person.contact_point
    text = ("谢谢！", "还是没有解决，请再看一下。")[choice % 2]
    mailroom.arrives(
        mailroom.mail(
            text, sender=f"x <{person.contact_point.value}>", In_Reply_To=reply_to or "<none@x.example>"
        )
    )


def is_judged(history: History, choice: int) -> None:
    case = history.case(choice)
    triage.triage(case, by=history.owner(case), type=Type.objects.earliest("code"), line=line(choice))


def is_judged_again(history: History, choice: int) -> None:
    case = history.case(choice)
    triage.reclassify(case, by=history.owner(case), type=Type.objects.earliest("code"), line=line(choice))


def is_given(history: History, choice: int) -> None:
    owner = world.person(("li", "wang", "zhao")[choice % 3])
    ownership.assign(history.case(choice), by=world.actor("zhao"), owner=owner)


def is_told(history: History, choice: int) -> None:
    case, until = history.case(choice), clock.now() + timedelta(hours=5 + choice % 60)
    answering.tell_time(case, by=history.owner(case), text="我们会尽快答复您。", told_at=until)
    story.let_leave()


def is_handed_over(history: History, choice: int) -> None:
    case, until = history.case(choice), clock.now() + timedelta(days=2)
    hand_over.hand_over(
        case,
        by=history.owner(case),
        to=world.unit("credit-card"),
        question="请核实。",
        told_at=until,
        text="稍后答复。",
    )


def is_answered_inside(history: History, choice: int) -> None:
    hand_over.answer_inside(history.case(choice), by=world.actor("zhou"), text="已核实。")


def is_taken_back(history: History, choice: int) -> None:
    case = history.case(choice)
    hand_over.take_back(case, by=history.owner(case))


def is_answered(history: History, choice: int) -> None:
    case = history.case(choice)
    answering.answer(case, by=history.owner(case), text="您好，年费已退回。")
    story.let_leave()


def is_closed(history: History, choice: int) -> None:
    follow_up.close(history.case(choice), by=history.everything, how=Closure.How.SOLVED)


def is_reopened(history: History, choice: int) -> None:
    follow_up.reopen(history.case(choice), by=history.everything, how=Reopening.How.NOT_SOLVED)


def is_dismissed(history: History, choice: int) -> None:
    triage.dismiss(history.case(choice), by=world.actor("li"), reason=Dismissal.Reason.SPAM)


def is_restored(history: History, choice: int) -> None:
    triage.restore(history.case(choice), by=world.actor("li"))


def is_rated(history: History, choice: int) -> None:
    if asked := Survey.objects.order_by("pk").first():
        survey.rate(asked, by=history.everything, score=choice % 5 + 1, comment="")


def nothing(history: History, choice: int) -> None:
    """Only time passes, and the ladder of what is due with it."""


STEPS: list[Step] = [
    comes, writes_again, is_judged, is_judged_again, is_given, is_told, is_handed_over, is_answered_inside,
    is_taken_back, is_answered, is_closed, is_reopened, is_dismissed, is_restored, is_rated, nothing,
]  # fmt: skip
LIKELY = [is_judged, is_answered, is_answered, is_closed, comes]
steps = st.tuples(st.sampled_from(STEPS + LIKELY), st.integers(0, 11), st.sampled_from([0, 1, 5, 30, 200]))


def line(choice: int) -> Line:
    return Line.objects.order_by("code")[choice % 2]


def kept(code: str) -> set[tuple[object, ...]]:
    return {_row(row) for row in MeasureDay.objects.filter(measure=code)}


def counted(code: str) -> set[tuple[object, ...]]:
    return {_row(row) for row in measures.recount(code, *DAYS)}


def _row(row: MeasureDay) -> tuple[object, ...]:
    dimensions: tuple[UUID | str | None, ...] = (row.unit_id, row.staff_id, row.channel, row.line_id)
    return (row.day, *dimensions, row.population, row.counting)


def is_what_a_recount_gives() -> None:
    assert not MeasureDirty.objects.exists()
    for code in measures.measures:
        assert kept(code) == counted(code), code
    assert sums.mend() == []


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    # A history is short enough to be read; making it shorter takes minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=st.lists(steps, min_size=4, max_size=14))
def test_the_roll_up_is_what_a_recount_gives(mailbox: Mailbox, told: list[tuple[Step, int, int]]) -> None:
    with transaction.atomic():
        history = History()
        history.do(comes, 0, 0)
        for step, choice, hours in told:
            history.do(step, choice, hours)
        is_what_a_recount_gives()
        transaction.set_rollback(True)


def after(mailbox: Mailbox, *told: tuple[Step, int, int]) -> None:
    """A history that once went wrong, or easily might."""
    history = History()
    for step, choice, hours in told:
        history.do(step, choice, hours)
    is_what_a_recount_gives()


def test_an_answer_on_a_later_day_leaves_the_earlier_day(mailbox: Mailbox) -> None:
    after(
        mailbox,
        (comes, 0, 0),
        (is_judged, 0, 1),
        (is_answered, 0, 1),
        (is_reopened, 0, 30),
        (is_answered, 0, 50),
    )
    assert [figure.population for figure in measures.figures("cases.answered", *DAYS, by="day")] == [1]


def test_another_line_gives_an_earlier_closing_its_first_contact_back(mailbox: Mailbox) -> None:
    after(
        mailbox, (comes, 0, 0), (is_judged, 0, 1), (is_answered, 0, 1), (is_closed, 0, 1),
        (comes, 0, 24), (is_judged, 1, 1), (is_judged_again, 0, 1), (is_judged_again, 1, 1),
    )  # fmt: skip


def test_a_later_closing_day_leaves_the_earlier_day(mailbox: Mailbox) -> None:
    after(
        mailbox, (comes, 0, 0), (is_judged, 0, 1), (is_answered, 0, 1), (is_closed, 0, 1), (is_reopened, 0, 30),
        (is_answered, 0, 30), (is_closed, 0, 30),
    )  # fmt: skip


def test_a_promise_that_is_told_anew_leaves_the_day_it_was_told_for(mailbox: Mailbox) -> None:
    after(
        mailbox, (comes, 0, 0), (is_judged, 0, 1), (is_told, 0, 1), (nothing, 0, 24), (is_told, 50, 1),
        (is_answered, 0, 120),
    )  # fmt: skip


def test_what_differs_from_a_recount_is_counted_again(mailbox: Mailbox) -> None:
    after(mailbox, (comes, 0, 0), (comes, 0, 24))
    with clock.moved(FIRST + timedelta(days=3)):
        assert measures.recheck() == 0
        MeasureDay.objects.filter(measure="cases.received", day=FIRST.date()).update(population=7)
        MeasureDay.objects.filter(measure="cases.judged", day=FIRST.date()).delete()
        assert measures.recheck() == 2
        assert measures.recheck() == 0, "what is to be counted again anyway is not named twice"
        drain.run_until_empty("measures")
    is_what_a_recount_gives()


def test_the_roll_up_of_everything_at_once_is_that_of_single_days(mailbox: Mailbox) -> None:
    after(mailbox, (comes, 0, 0), (is_judged, 0, 1), (is_answered, 0, 1), (is_closed, 0, 30), (comes, 0, 24))
    MeasureDay.objects.all().delete()
    measures.fill(*DAYS)
    is_what_a_recount_gives()


@pytest.mark.django_db(transaction=True)
def test_one_worker_at_a_time_rolls_up() -> None:
    MeasureDirty.objects.create(measure="cases.received", day=FIRST.date())
    with psycopg.connect(weather.url()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [measures.ROLLING_LOCK])
        assert drain.run_until_empty("measures") == 0
        assert MeasureDirty.objects.exists()
        other.rollback()
        assert drain.run_until_empty("measures") == 1
