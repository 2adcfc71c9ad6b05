"""The inquiry of 4.3.1, from its receipt to the word that it is solved."""

from datetime import timedelta

import pytest

import mailroom
import world
from mailroom import arrives, mail
from plainspoken.cases.actions import answering, follow_up, hand_over, ownership, triage
from plainspoken.cases.models import Case, Closure, Dismissal, HandOver, Line, Reopening, Type
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.customers.models import Link
from plainspoken.kernel import clock, drain
from plainspoken.kernel.actor import Actor, Kind
from plainspoken.kernel.errors import PermissionDenied, Refused, WrongState
from plainspoken.kernel.models import Deadline, Entry
from plainspoken.organization.actions import absences
from plainspoken.work.models import Notice

pytestmark = pytest.mark.usefixtures("mailbox")


def in_work(owner: str = "li") -> Case:
    """A case the owner has taken and judged."""
    case = mailroom.received()
    triage.triage(
        case, by=world.actor(owner), type=Type.objects.get(code="fee"), line=Line.objects.get(code="card")
    )
    return case


def everything_leaves() -> None:
    """Time passes until what was sent can no longer be taken back."""
    with clock.moved(clock.now() + timedelta(seconds=send.UNDO_SECONDS + 1)):
        drain.run_until_empty()


def answered(owner: str = "li") -> Case:
    case = in_work(owner)
    answering.answer(case, by=world.actor(owner), text="年费每年 200 元，刷满六次免收。")
    everything_leaves()
    case.refresh_from_db()
    return case


def customer(case: Case, *permissions: str) -> Actor:
    return Actor(Kind.CUSTOMER, case.customer_id, case.customer.name, frozenset(permissions))


def deadline(case: Case, kind: str) -> Deadline:
    return Deadline.objects.filter(subject_id=case.pk, kind=kind).latest("opened_at")


@pytest.mark.duty("4.3.1c")
@pytest.mark.duty("4.3.1d")
def test_a_person_judges_and_becomes_the_owner() -> None:
    case = in_work()
    assert (case.state, case.owner, case.type and case.type.code) == ("triaged", world.person("li"), "fee")
    assert deadline(case, "cases.first_reply").owner_id == world.person("li").pk


@pytest.mark.duty("4.3.1e")
def test_a_simple_one_is_answered_at_once() -> None:
    case = answered()
    assert (case.state, case.first_reply_at is not None) == ("answered", True)
    met = deadline(case, "cases.first_reply")
    assert (met.state, met.breached_at) == ("met", None)
    assert deadline(case, "cases.follow_up").state == "running"


@pytest.mark.duty("4.3.1i")
def test_the_answer_asks_by_a_link_whether_it_is_solved() -> None:
    case = answered()
    outgoing = Outgoing.objects.get(message__kind="out")
    assert outgoing.link
    assert outgoing.link.purpose == Link.Purpose.SOLVED
    assert outgoing.sent
    assert "/solved/" not in outgoing.message.text
    assert case.answers.get().message == outgoing.message


def test_an_answer_counts_only_once_it_has_left() -> None:
    case = in_work()
    answering.answer(case, by=world.actor("li"), text="答复")
    drain.run_until_empty()
    case.refresh_from_db()
    assert case.state == "triaged"


def test_within_the_undo_time_it_can_be_taken_back_into_the_draft() -> None:
    case = in_work()
    message = answering.answer(case, by=world.actor("li"), text="写错了")
    draft = send.undo(message.outgoing, by=world.actor("li"))
    everything_leaves()
    case.refresh_from_db()
    assert (draft.text, message.outgoing.state, case.state) == ("写错了", "withdrawn", "triaged")


def test_nobody_else_takes_a_message_back() -> None:
    message = answering.answer(in_work(), by=world.actor("li"), text="答复")
    with pytest.raises(Refused, match="not_the_author"):
        send.undo(message.outgoing, by=world.actor("wang"))


@pytest.mark.duty("3.2c")
def test_only_the_owner_answers() -> None:
    case = in_work("li")
    with pytest.raises(Refused, match="not_the_owner"):
        answering.answer(case, by=world.actor("wang"), text="我来答")
    assert Entry.objects.filter(refusal="not_the_owner").count() == 1


@pytest.mark.duty("4.4.1d")
@pytest.mark.duty("3.3b")
def test_without_a_certificate_nothing_leaves() -> None:
    with pytest.raises(Refused, match="not_qualified"):
        send.reply(mailroom.received().conversation, by=world.actor("xin"), text="您好")
    assert not Message.objects.filter(kind="out").exists()


@pytest.mark.duty("4.4.1e")
def test_without_a_certificate_nobody_is_given_a_case() -> None:
    case = mailroom.received()
    with pytest.raises(Refused, match="not_qualified"):
        ownership.take(case, by=world.actor("xin"))
    with pytest.raises(Refused, match="not_qualified"):
        ownership.assign(case, by=world.actor("zhao"), owner=world.person("xin"))


def test_an_excluded_person_is_given_no_case() -> None:
    case = mailroom.received()
    case.conversation.exclusions.create(person=world.person("li"), since=clock.now())
    with pytest.raises(Refused, match="excluded"):
        ownership.take(case, by=world.actor("li"))


def test_take_next_gives_the_one_that_waits_longest() -> None:
    first, second = mailroom.received(subject="一"), mailroom.received(subject="二")
    unit, li, wang = world.unit("customer-service"), world.actor("li"), world.actor("wang")
    assert ownership.take_next(unit, by=li) == first
    assert ownership.take_next(unit, by=wang) == second
    assert ownership.take_next(unit, by=li) is None


def test_take_next_only_from_a_queue_of_ones_own() -> None:
    with pytest.raises(Refused, match="queue_of_another_unit"):
        ownership.take_next(world.unit("credit-card"), by=world.actor("li"))


@pytest.mark.duty("3.2c")
def test_what_would_come_to_somebody_absent_goes_to_the_deputy() -> None:
    case, today = mailroom.received(), clock.now().date()
    absences.report(
        world.person("li"),
        by=world.actor("zhao"),
        deputy=world.person("wang"),
        from_day=today,
        to_day=today + timedelta(days=3),
    )
    ownership.assign(case, by=world.actor("zhao"), owner=world.person("li"))
    assert case.owner == world.person("wang")


@pytest.mark.duty("4.3.1f")
@pytest.mark.duty("4.3.1g")
@pytest.mark.duty("3.2d")
def test_a_hand_over_tells_the_time_and_never_loses_the_owner() -> None:
    case, told = in_work(), clock.now() + timedelta(days=2)
    hand_over.hand_over(
        case,
        by=world.actor("li"),
        to=world.unit("credit-card"),
        question="年费标准？",
        told_at=told,
        text="两天内答复",
    )
    everything_leaves()
    case.refresh_from_db()
    assert (case.state, case.owner, case.told_at) == ("with_department", world.person("li"), told)
    assert deadline(case, "cases.first_reply").state == "met"
    assert deadline(case, "cases.told_time").due_at == told
    assert deadline(case, "cases.department_answer").unit_id == world.unit("credit-card").pk
    assert case.conversation.units.filter(unit=world.unit("credit-card")).exists()


@pytest.mark.duty("4.3.1f")
def test_no_hand_over_without_a_told_time() -> None:
    with pytest.raises(Refused, match="told_time_missing"):
        hand_over.hand_over(in_work(), by=world.actor("li"), to=world.unit("credit-card"), question="？")


def test_no_hand_over_to_ones_own_unit() -> None:
    with pytest.raises(Refused, match="own_unit"):
        hand_over.hand_over(in_work(), by=world.actor("li"), to=world.unit("customer-service"), question="？")


@pytest.mark.duty("4.3.1f")
def test_a_told_time_lies_ahead() -> None:
    with pytest.raises(Refused, match="told_time_past"):
        answering.tell_time(
            in_work(), by=world.actor("li"), text="明天", told_at=clock.now() - timedelta(hours=1)
        )


def with_department() -> Case:
    case = in_work()
    hand_over.hand_over(
        case,
        by=world.actor("li"),
        to=world.unit("credit-card"),
        question="？",
        told_at=clock.now() + timedelta(days=2),
        text="两天内答复",
    )
    return case


@pytest.mark.duty("4.3.1h")
def test_the_department_answers_inside_and_the_owner_hears_of_it() -> None:
    case = with_department()
    hand_over.answer_inside(case, by=world.actor("zhou"), text="普卡 200 元。")
    assert (case.state, HandOver.objects.get().answered_by) == ("department_answered", world.person("zhou"))
    assert deadline(case, "cases.department_answer").state == "met"
    assert Notice.objects.filter(person=world.person("li"), kind="cases.department_answered").exists()
    assert not Message.objects.filter(kind="out", text="普卡 200 元。").exists()


def test_another_department_cannot_answer_for_it() -> None:
    with pytest.raises(Refused, match="not_your_department"):
        hand_over.answer_inside(with_department(), by=world.actor("chen"), text="我猜")


def test_the_owner_takes_it_back() -> None:
    case = with_department()
    hand_over.take_back(case, by=world.actor("li"))
    assert (case.state, deadline(case, "cases.department_answer").state) == ("triaged", "dropped")


@pytest.mark.duty("4.3.1i")
def test_not_solved_returns_it_to_its_owner_with_a_clock() -> None:
    case = answered()
    follow_up.reopen(case, by=customer(case, "cases.inquiry.reopen"), how=Reopening.How.NOT_SOLVED)
    assert (case.state, case.owner) == ("triaged", world.person("li"))
    assert deadline(case, "cases.next_reply").state == "running"
    assert Notice.objects.filter(person=world.person("li"), kind="cases.came_back").exists()


@pytest.mark.duty("4.3.1i")
def test_solved_closes_it() -> None:
    case = answered()
    follow_up.close(case, by=customer(case, "cases.inquiry.close"), how=Closure.How.SOLVED)
    assert (case.state, case.closures.get().how, case.closures.get().by) == ("closed", "solved", None)


def test_the_owner_closes_in_the_own_name_only() -> None:
    case = answered()
    follow_up.close(case, by=world.actor("li"), how=Closure.How.SOLVED)
    assert (case.closures.get().how, case.closures.get().by) == ("by_owner", world.person("li"))


def test_another_agent_does_not_close_it() -> None:
    with pytest.raises(Refused, match="not_the_owner"):
        follow_up.close(answered(), by=world.actor("wang"), how=Closure.How.BY_OWNER)


def reply(case: Case, text: str) -> None:
    ours = Message.objects.filter(conversation=case.conversation, kind="out").latest("at")
    with clock.moved(clock.now() + timedelta(minutes=1)):
        arrives(mail(text, In_Reply_To=f"<{ours.header_id}>"))
    case.refresh_from_db()


@pytest.mark.duty("4.3.1i")
def test_thanks_close_it() -> None:
    case = answered()
    reply(case, "好的，谢谢！")
    assert (case.state, case.closures.get().how) == ("closed", "thanks")


@pytest.mark.duty("4.3.1i")
def test_more_than_thanks_returns_it() -> None:
    case = answered()
    reply(case, "谢谢，但是我的卡是白金卡，也是 200 元吗？")
    assert (case.state, case.reopenings.get().how) == ("triaged", "wrote_again")


def test_writing_while_it_is_in_work_rings_the_owner() -> None:
    case = answered()
    follow_up.reopen(case, by=world.actor("li"), how=Reopening.How.BY_STAFF)
    reply(case, "还有一点")
    assert case.state == "triaged"
    assert Notice.objects.filter(person=world.person("li"), kind="cases.wrote_again").exists()


@pytest.mark.duty("4.3.1i")
def test_no_word_in_the_follow_up_days_closes_it() -> None:
    case = answered()
    with clock.moved(clock.now() + timedelta(days=8)):
        drain.run_until_empty()
    case.refresh_from_db()
    assert (case.state, case.closures.get().how) == ("closed", "no_word")


def test_long_after_closing_a_further_mail_opens_a_new_case() -> None:
    case = answered()
    follow_up.close(case, by=world.actor("li"), how=Closure.How.BY_OWNER)
    ours = Message.objects.filter(conversation=case.conversation, kind="out").latest("at")
    with clock.moved(clock.now() + timedelta(days=40)):
        arrives(mail("又有问题", In_Reply_To=f"<{ours.header_id}>"))
    assert Case.objects.filter(conversation=case.conversation).count() == 2


@pytest.mark.parametrize(
    "reason", [Dismissal.Reason.SPAM, Dismissal.Reason.MISDIRECTED, Dismissal.Reason.AUTOMATIC]
)
def test_what_is_no_inquiry_ends_with_its_reason(reason: Dismissal.Reason) -> None:
    case = mailroom.received()
    triage.dismiss(case, by=world.actor("li"), reason=reason)
    assert (case.state, case.dismissals.get().reason) == ("no_inquiry", reason)
    assert deadline(case, "cases.first_reply").state == "dropped"


def test_a_duplicate_names_what_it_repeats() -> None:
    first, second = mailroom.received(subject="一"), mailroom.received(subject="二")
    with pytest.raises(Refused, match="duplicate_of_what"):
        triage.dismiss(second, by=world.actor("li"), reason=Dismissal.Reason.DUPLICATE)
    triage.dismiss(second, by=world.actor("li"), reason=Dismissal.Reason.DUPLICATE, of=first)
    assert second.dismissals.get().of == first


def test_an_inquiry_after_all_goes_back_with_the_clock_it_had() -> None:
    case = mailroom.received()
    due = deadline(case, "cases.first_reply").due_at
    triage.dismiss(case, by=world.actor("li"), reason=Dismissal.Reason.SPAM)
    triage.restore(case, by=world.actor("li"))
    assert (case.state, deadline(case, "cases.first_reply").due_at) == ("received", due)


def test_the_owner_corrects_the_judgement() -> None:
    case = in_work()
    line = Line.objects.get(code="wealth")
    triage.reclassify(case, by=world.actor("li"), type=Type.objects.get(code="product"), line=line)
    assert case.line == line
    with pytest.raises(Refused, match="not_the_owner"):
        triage.reclassify(case, by=world.actor("wang"), type=Type.objects.get(code="fee"), line=line)


def test_an_unfilled_variable_never_leaves() -> None:
    with pytest.raises(Refused, match="variable_unfilled"):
        answering.answer(in_work(), by=world.actor("li"), text="尊敬的{{customer_name}}")


def test_an_empty_answer_is_refused() -> None:
    with pytest.raises(Refused, match="text_missing"):
        answering.answer(in_work(), by=world.actor("li"), text="   ")


def test_the_supervisor_reads_and_does_not_act() -> None:
    case = mailroom.received()
    with pytest.raises(PermissionDenied):
        ownership.take(case, by=world.actor("sun"))


def test_an_answered_case_is_not_triaged_again() -> None:
    case = answered()
    with pytest.raises(WrongState):
        triage.triage(
            case, by=world.actor("li"), type=Type.objects.get(code="fee"), line=Line.objects.get(code="card")
        )
