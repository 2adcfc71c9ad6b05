"""Who hears when a promise of a case comes near, is broken, or is long overdue."""

from datetime import date, datetime, timedelta

import pytest

import mailroom
import story
import world
from plainspoken.cases.actions import answering, follow_up, hand_over, ownership, triage
from plainspoken.cases.models import Case, Dismissal, Line, Reopening, Type
from plainspoken.kernel import clock, drain, ledger, measures
from plainspoken.kernel.models import Deadline, Entry, MeasureDay, Opening
from plainspoken.organization.actions import absences
from plainspoken.work.models import Notice, Task
from promises import local

pytestmark = pytest.mark.usefixtures("mailbox")

TUESDAY = local(3, 3, 10)
REMIND, DUE, ESCALATE = local(3, 3, 14, 30), local(3, 3, 15, 30), local(3, 3, 17, 30)
WHOLE = ["cases.remind", "cases.overdue", "cases.escalated"]


def arrived() -> Case:
    """On Tuesday at ten; the first reply is due at half past three."""
    with clock.moved(TUESDAY):
        return mailroom.received()


def owned(by: str = "li") -> Case:
    case = arrived()
    with clock.moved(TUESDAY):
        line = Line.objects.get(code="card")
        return triage.triage(case, by=world.actor(by), type=Type.objects.get(code="fee"), line=line)


def answered() -> Case:
    case = owned()
    with clock.moved(TUESDAY):
        answering.answer(case, by=world.actor("li"), text="年费 200 元。")
        story.let_leave()
    case.refresh_from_db()
    return case


def asked(department: str) -> Case:
    case = owned()
    with clock.moved(TUESDAY):
        hand_over.hand_over(
            case, by=world.actor("li"), to=world.unit(department), question="？",
            told_at=TUESDAY + timedelta(days=9), text="我们会答复您",
        )  # fmt: skip
        story.let_leave()
    case.refresh_from_db()
    return case


def away(name: str, deputy: str) -> None:
    day = date(2026, 3, 3)
    with clock.moved(TUESDAY):
        absences.report(
            world.person(name), by=world.actor("zhao"), deputy=world.person(deputy), from_day=day,
            to_day=day + timedelta(days=20),
        )  # fmt: skip


def worker_at(moment: datetime) -> None:
    with clock.moved(moment + timedelta(seconds=1)):
        drain.run_until_empty()


def heard() -> list[tuple[str, str]]:
    """The strokes of the bell about deadlines, and whose bell it was."""
    rows = Notice.objects.filter(kind__in=WHOLE).order_by("at", "id")
    return list(rows.values_list("kind", "person__username"))


def told() -> list[Entry]:
    return world.entries("cases.deadline.tell")


@pytest.mark.duty("4.3.1a")
def test_of_a_case_nobody_owns_the_head_of_its_queue_hears() -> None:
    arrived()
    for moment, kinds in ((TUESDAY, 0), (REMIND, 1), (DUE, 2), (ESCALATE, 3), (local(3, 5), 3)):
        worker_at(moment)
        assert heard() == [(kind, "zhao") for kind in WHOLE[:kinds]]


def test_the_owner_is_reminded_and_told_and_then_the_head() -> None:
    owned()
    for moment in (REMIND, DUE, ESCALATE):
        worker_at(moment)
    assert heard() == [("cases.remind", "li"), ("cases.overdue", "li"), ("cases.escalated", "zhao")]


@pytest.mark.duty("3.2d")
def test_while_the_owner_is_away_the_deputy_hears() -> None:
    owned()
    away("li", "wang")
    worker_at(DUE)
    assert heard() == [("cases.remind", "wang"), ("cases.overdue", "wang")]


@pytest.mark.duty("3.2d")
def test_while_the_head_is_away_the_heads_deputy_hears() -> None:
    owned()
    away("zhao", "wang")
    worker_at(ESCALATE)
    assert heard()[-1] == ("cases.escalated", "wang")


def test_after_the_worker_was_down_all_is_told_in_order() -> None:
    owned()
    worker_at(local(3, 20))
    assert heard() == [("cases.remind", "li"), ("cases.overdue", "li"), ("cases.escalated", "zhao")]


def test_whoever_takes_it_over_hears_from_then_on() -> None:
    case = owned()
    worker_at(REMIND)
    with clock.moved(REMIND):
        ownership.take(case, by=world.actor("wang"))
    worker_at(DUE)
    assert heard() == [("cases.remind", "li"), ("cases.overdue", "wang")]


@pytest.mark.duty("4.3.1h")
def test_a_departments_deadline_goes_to_its_head() -> None:
    case = asked("personal-finance")
    promise = Deadline.objects.get(subject_id=case.pk, kind="cases.department_answer")
    for moment in promise.steps:
        worker_at(moment)
    assert heard() == [(kind, "qian") for kind in WHOLE]


def test_where_the_post_is_vacant_up_to_the_top_nobody_is_rung_and_the_ledger_says_so() -> None:
    case = asked("credit-card")
    promise = Deadline.objects.get(subject_id=case.pk, kind="cases.department_answer")
    worker_at(promise.steps[0])
    assert heard() == []
    assert [ledger.facts(bytes(entry.body))["person"] for entry in told()] == [None]
    assert not Task.objects.exists()


@pytest.mark.duty("4.3.1f")
def test_a_told_time_is_the_owners() -> None:
    case, until = owned(), local(3, 4, 10)
    with clock.moved(TUESDAY):
        answering.tell_time(case, by=world.actor("li"), text="明天答复", told_at=until)
        story.let_leave()
    worker_at(until)
    assert heard() == [("cases.remind", "li"), ("cases.overdue", "li")]
    assert Deadline.objects.get(kind="cases.told_time").breached_at == until


@pytest.mark.duty("4.3.1i")
def test_what_came_back_has_a_ladder_of_its_own() -> None:
    case = answered()
    with clock.moved(local(3, 4, 9)):
        follow_up.reopen(case, by=world.actor("li"), how=Reopening.How.BY_STAFF)
    worker_at(local(3, 6))
    assert heard() == [("cases.remind", "li"), ("cases.overdue", "li"), ("cases.escalated", "zhao")]
    assert {entry.code for entry in told()} == {"cases.deadline.tell"}


def test_what_is_answered_in_time_rings_no_bell() -> None:
    answered()
    worker_at(local(3, 5))
    assert heard() == []


def test_what_is_no_inquiry_rings_no_bell() -> None:
    case = arrived()
    with clock.moved(TUESDAY):
        triage.dismiss(case, by=world.actor("li"), reason=Dismissal.Reason.SPAM)
    worker_at(local(3, 5))
    assert heard() == []


def test_nobody_is_told_of_what_is_no_longer_owed() -> None:
    case = owned()
    with clock.moved(REMIND + timedelta(minutes=1)):
        drain.run_until_empty("deadlines")
        triage.dismiss(case, by=world.actor("li"), reason=Dismissal.Reason.SPAM)
    worker_at(local(3, 5))
    assert heard() == []
    assert not Task.objects.exists()


def test_each_telling_says_what_whom_and_why() -> None:
    owned()
    worker_at(REMIND)
    (entry,) = told()
    reached = world.entries("deadlines.reach")[0]
    deadline = Deadline.objects.get(kind="cases.first_reply")
    facts = ledger.facts(bytes(entry.body))
    assert (entry.subject_type, entry.subject_id, entry.cause) == ("kernel.deadline", deadline.pk, reached.pk)
    assert facts == {"kind": "cases.remind", "person": str(world.person("li").pk)}
    assert entry.actor_kind == "system"
    assert Opening.objects.get(pk=entry.pk).values["actor_name"][1] == "cases.reactions.remind"


@pytest.mark.duty("4.3.1i")
def test_no_word_in_the_follow_up_days_closes_it_and_rings_no_bell() -> None:
    case = answered()
    promise = Deadline.objects.get(kind="cases.follow_up")
    assert promise.due_at == local(3, 11)
    worker_at(promise.due_at)
    case.refresh_from_db()
    assert (case.state, case.closures.get().how, case.closures.get().by) == ("closed", "no_word", None)
    assert world.entries("cases.inquiry.close")[0].cause == world.entries("deadlines.reach")[-1].pk
    assert heard() == []


@pytest.mark.duty("4.3.1i")
def test_a_customer_who_comes_back_at_the_last_moment_is_not_closed_upon() -> None:
    case = answered()
    promise = Deadline.objects.get(kind="cases.follow_up")
    with clock.moved(promise.due_at + timedelta(seconds=1)):
        drain.run_until_empty("deadlines")
        follow_up.reopen(case, by=world.actor("li"), how=Reopening.How.BY_STAFF)
        drain.run_until_empty("subscriptions")
    case.refresh_from_db()
    assert (case.state, case.closures.count()) == ("triaged", 0)
    assert not Task.objects.exists()
    assert not Entry.objects.filter(refusal="wrong_state").exists()


def test_a_breach_is_in_the_figures_of_its_day() -> None:
    owned()
    worker_at(DUE)
    (row,) = MeasureDay.objects.filter(measure="cases.first_reply_on_time")
    assert (row.day, row.staff_id, row.population, row.counting) == (
        date(2026, 3, 3),
        world.person("li").pk,
        1,
        0,
    )
    assert measures.figures("cases.first_reply_on_time", row.day, row.day)[0].share == 0.0


def test_an_answer_that_left_in_time_is_in_time_however_late_we_hear() -> None:
    case = owned()
    with clock.moved(DUE - timedelta(minutes=1)):
        answering.answer(case, by=world.actor("li"), text="年费 200 元。")
    with clock.moved(DUE - timedelta(seconds=30)):
        drain.run_until_empty("outbox")
    with clock.moved(DUE + timedelta(seconds=1)):
        drain.run_until_empty("deadlines")
    worker_at(DUE + timedelta(minutes=1))
    promise = Deadline.objects.get(kind="cases.first_reply")
    assert (promise.state, promise.breached_at) == ("met", None)
    (row,) = MeasureDay.objects.filter(measure="cases.first_reply_on_time")
    assert (row.population, row.counting) == (1, 1)


@pytest.mark.duty("3.2d")
def test_when_the_customer_writes_again_while_the_owner_is_away_the_deputy_hears() -> None:
    case = owned()
    away("li", "wang")
    header = case.conversation.messages.filter(kind="automatic").values_list("header_id", flat=True).get()
    with clock.moved(TUESDAY + timedelta(hours=1)):
        mailroom.arrives(mailroom.mail("补充一点", In_Reply_To=f"<{header}>"))
    assert list(
        Notice.objects.filter(kind="cases.wrote_again").values_list("person__username", flat=True)
    ) == ["wang"]


def test_what_was_replied_to_and_dismissed_by_mistake_owes_the_next_reply() -> None:
    case = owned()
    with clock.moved(TUESDAY):
        answering.tell_time(case, by=world.actor("li"), text="明天答复", told_at=local(3, 4, 10))
        story.let_leave()
        case.refresh_from_db()
        triage.dismiss(case, by=world.actor("li"), reason=Dismissal.Reason.SPAM)
        triage.restore(case, by=world.actor("li"))
    running = Deadline.objects.filter(subject_id=case.pk, state="running")
    assert list(running.values_list("kind", flat=True)) == ["cases.next_reply"]
    assert Deadline.objects.filter(subject_id=case.pk, kind="cases.first_reply").count() == 1
