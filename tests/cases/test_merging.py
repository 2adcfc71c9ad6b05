"""Two cases that are one matter: what goes on, what stays promised, who reads what, and the way back (4.3.1 b, c)."""

import threading
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

import mailroom
import story
import world
from plainspoken.cases import measures
from plainspoken.cases.actions import answering, follow_up, intake, merging, ownership
from plainspoken.cases.models import Case, Line, Merger, Type
from plainspoken.conversations.models import ConversationUnit, Message
from plainspoken.customers.models import Link
from plainspoken.kernel import clock, drain, ledger
from plainspoken.kernel.errors import PermissionDenied, Refused, WrongState
from plainspoken.kernel.models import Deadline
from plainspoken.portal import actions as portal
from plainspoken.portal import visitors
from plainspoken.work.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(db: None) -> None:
    story.set_up()


def pair(owner: str = "li") -> tuple[Case, Case]:
    """The same customer twice: the first is in work, the second has just come in."""
    return story.triaged(owner), story.received("还是年费的问题。", subject="再问年费")


def merged(by: str = "li") -> tuple[Case, Case]:
    first, second = pair()
    merging.merge(second, by=world.actor(by), into=first)
    return story.fresh(first), story.fresh(second)


def promise(case: Case, kind: str = "cases.first_reply") -> Deadline:
    return Deadline.objects.filter(subject_id=case.pk, kind=kind).latest("opened_at")


def refused(reason: str, case: Case, into: Case, by: str = "li") -> None:
    before = story.fresh(case).state
    with pytest.raises(Refused, match=reason):
        merging.merge(case, by=world.actor(by), into=into)
    assert story.fresh(case).state == before
    assert not Merger.objects.filter(undone_at__isnull=True, case=case).exists()
    assert world.entries("cases.inquiry.merge", reason)


@pytest.mark.duty("4.3.1b")
def test_the_other_goes_on_and_the_ledger_says_into_which() -> None:
    first, second = merged()
    merger = Merger.objects.get()
    assert (second.state, merger.case, merger.into, merger.state_before) == (
        "merged", second, first, "received",
    )  # fmt: skip
    (entry,) = world.entries("cases.inquiry.merge")
    facts = ledger.facts(bytes(entry.body))
    assert (entry.subject_id, facts["into"], facts["state_now"]) == (second.pk, str(first.pk), "merged")
    assert first.last_at == second.last_at


def test_what_the_customer_adds_to_it_is_heard_in_the_other() -> None:
    first, second = merged()
    raw = story.arrives(reply_to(second))
    assert raw.message.conversation == second.conversation
    assert story.fresh(first).last_at == raw.message.at
    (entry,) = world.entries("cases.inquiry.continue")
    assert entry.subject_id == first.pk
    assert Case.objects.count() == 2


def test_a_reply_to_it_reopens_the_other_that_was_answered() -> None:
    first, second = merged()
    answering.answer(first, by=world.actor("li"), text="已减免。")
    story.let_leave()
    assert story.fresh(first).state == "answered"
    story.arrives(reply_to(second))
    assert (story.fresh(first).state, story.fresh(second).state) == ("triaged", "merged")


def test_a_reply_long_after_the_other_was_closed_is_a_new_matter() -> None:
    first, second = merged()
    answering.answer(first, by=world.actor("li"), text="已减免。")
    story.let_leave()
    follow_up.close(story.fresh(first), by=world.actor("li"), how="by_owner")
    with clock.moved(clock.now() + timedelta(days=40)):
        story.arrives(reply_to(second))
    assert Case.objects.count() == 3
    assert story.fresh(first).state == "closed"


def test_who_was_on_its_way_to_it_while_it_was_merged_is_sent_on() -> None:
    first, second = merged()
    message = Message.objects.filter(conversation=second.conversation, kind="in").latest("at")
    assert intake.go_on(second, by=story.everything(), message=message) == first


@pytest.mark.duty("4.3.1a")
def test_the_earlier_promise_stays_and_is_kept_by_the_reply() -> None:
    first = story.received()
    with clock.moved(promise(first).due_at - timedelta(minutes=1)):
        later = story.received("还是年费的问题。")
    merging.merge(first, by=world.actor("li"), into=later)
    assert promise(first).due_at < promise(later).due_at
    assert (promise(first).state, promise(first).owner_id) == ("running", None)
    ownership.take(later, by=world.actor("li"))
    assert promise(first).owner_id == world.person("li").pk
    fee, card = Type.objects.get(code="fee"), Line.objects.get(code="card")
    answering.answer_at_once(story.fresh(later), by=world.actor("li"), type=fee, line=card, text="已减免。")
    story.let_leave()
    assert {promise(one).state for one in (first, later)} == {"met"}
    assert story.fresh(first).first_reply_at == story.fresh(later).first_reply_at


@pytest.mark.duty("4.3.1a")
def test_a_promise_broken_before_the_merger_is_counted_and_the_case_is_not() -> None:
    first, second = pair()
    late = promise(second).due_at + timedelta(minutes=1)
    with clock.moved(late):
        drain.run_until_empty()
        merging.merge(second, by=world.actor("li"), into=first)
        since, until = clock.now() - timedelta(days=30), clock.now() + timedelta(days=30)
        counted = {
            row["record"] for row in measures.first_reply_on_time.facts(since, until) if not row["counts"]
        }
        assert second.pk in counted
        assert {row["record"] for row in measures.received.facts(since, until)} == {first.pk}


@pytest.mark.duty("4.3.1f")
def test_a_time_told_in_it_is_kept_by_the_answer_of_the_other() -> None:
    first, second = story.triaged(), story.triaged()
    told_at = clock.now() + timedelta(days=2)
    answering.tell_time(second, by=world.actor("li"), text="两天内答复。", told_at=told_at)
    story.let_leave()
    merging.merge(story.fresh(second), by=world.actor("li"), into=first)
    assert promise(second, "cases.told_time").state == "running"
    answering.answer(first, by=world.actor("li"), text="已减免。")
    story.let_leave()
    assert promise(second, "cases.told_time").state == "met"


def test_units_of_the_other_read_it_and_go_on_reading() -> None:
    first, second = story.asked(department="credit-card"), story.received("同一件事。")
    merging.merge(second, by=world.actor("li"), into=first)
    units = ConversationUnit.objects.filter(conversation=second.conversation)
    assert {one.unit.code for one in units} >= {"credit-card", "cs-team-1"}
    merging.unmerge(story.fresh(second), by=world.actor("li"))
    assert units.filter(unit__code="credit-card").exists()


def test_the_owner_of_the_other_is_told() -> None:
    first, second = pair("wang")
    merging.merge(second, by=world.actor("li"), into=first)
    assert Notice.objects.filter(kind="cases.merged", person=world.person("wang")).exists()


@pytest.mark.parametrize("made", [story.received, story.taken, story.triaged])
def test_brought_back_each_stands_as_it_stood(made: Any) -> None:
    into, case = story.triaged(), made()
    before = (case.state, case.owner_id, promise(case).due_at, promise(case).owner_id)
    merging.merge(case, by=world.actor("li"), into=into)
    merging.unmerge(story.fresh(case), by=world.actor("li"))
    case = story.fresh(case)
    assert (case.state, case.owner_id, promise(case).due_at, promise(case).owner_id) == before
    assert promise(case).state == "running"
    assert Merger.objects.get().undone_at is not None
    (entry,) = world.entries("cases.inquiry.unmerge")
    facts = ledger.facts(bytes(entry.body))
    assert (facts["into"], facts["state_now"]) == (str(into.pk), before[0])
    assert story.fresh(into).state == "triaged"


def test_brought_back_after_a_reply_it_is_owed_the_next_one() -> None:
    first, second = merged()
    answering.answer(first, by=world.actor("li"), text="已减免。")
    story.let_leave()
    merging.unmerge(second, by=world.actor("li"))
    assert promise(second).state == "met"
    assert promise(second, "cases.next_reply").state == "running"


def test_it_can_be_merged_again() -> None:
    first, second = merged()
    merging.unmerge(second, by=world.actor("li"))
    merging.merge(story.fresh(second), by=world.actor("li"), into=first)
    assert Merger.objects.filter(undone_at__isnull=True).count() == 1


@pytest.mark.duty("5.1.4a")
def test_never_across_customers() -> None:
    other = story.received(sender="other@example.com", name="别人")
    refused("another_customer", other, story.triaged())


def test_not_into_itself() -> None:
    case = story.received()
    refused("into_itself", case, case)


@pytest.mark.parametrize("made", [story.answered, story.closed, story.dismissed])
def test_not_into_what_is_settled(made: Any) -> None:
    into = made()
    refused("other_not_open", story.received(), into)


def test_not_while_an_answer_is_about_to_leave() -> None:
    into, case = story.triaged(), story.triaged()
    answering.answer(case, by=world.actor("li"), text="已减免。")
    refused("answer_on_its_way", story.fresh(case), into)


def test_not_what_others_were_merged_into() -> None:
    first, _second = merged()
    refused("others_merged_here", first, story.received("第三次。"))


def test_not_more_than_can_be_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MERGED_MAX", 1)
    first, _second = merged()
    refused("merged_too_many", story.received("第三次。"), first)


@pytest.mark.duty("5.4.3a")
def test_not_where_its_new_owner_may_not_see_it() -> None:
    first, second = pair("wang")
    second.conversation.exclusions.create(person=world.person("wang"), since=second.received_at)
    refused("excluded", second, first)


@pytest.mark.duty("3.2c")
def test_only_the_owner_merges_what_is_owned() -> None:
    refused("not_the_owner", story.taken("wang"), story.triaged())


@pytest.mark.parametrize("made", [story.asked, story.answered, story.closed, story.dismissed])
def test_not_from_any_other_state(made: Any) -> None:
    into, case = story.triaged(), made()
    with pytest.raises(WrongState):
        merging.merge(case, by=world.actor("li"), into=into)


def test_an_expert_merges_nothing() -> None:
    first, second = pair()
    with pytest.raises(PermissionDenied):
        merging.merge(second, by=world.actor("zhou"), into=first)


def test_merged_once_and_never_into_itself_says_the_database() -> None:
    first, second = merged()
    values = {"into": first, "state_before": "received", "at": clock.now(), "by": world.person("li")}
    for case in (second, first):
        with pytest.raises(IntegrityError), transaction.atomic():
            Merger.objects.create(id=Message.objects.earliest("id").pk, case=case, **values)


def test_a_link_of_it_reaches_the_other() -> None:
    first, second = story.triaged(), story.answered()
    link = Link.objects.get(subject_id=second.pk)
    follow_up.reopen(second, by=world.actor("li"), how="by_staff")
    merging.merge(story.fresh(second), by=world.actor("li"), into=first)
    answering.answer(first, by=world.actor("li"), text="已减免。")
    story.let_leave()
    portal.confirm(link, by=visitors.actor(link))
    assert (story.fresh(first).state, story.fresh(second).state) == ("closed", "merged")


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_crosswise_do_not_wait_for_each_other() -> None:
    first, second = story.taken(), story.taken()
    held, done = threading.Event(), threading.Event()

    def holds() -> None:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=second.pk)
            held.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=holds)
    holder.start()
    held.wait(10)
    try:
        refused("other_in_use", first, second)
    finally:
        done.set()
        holder.join()


def reply_to(case: Case) -> bytes:
    """The customer writes on in the thread of the case."""
    ours = Message.objects.filter(conversation=case.conversation, kind="in").earliest("at")
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"陈婉清 <{story.CUSTOMER}>", mailroom.ADDRESS, "Re: 年费"
    made["Message-ID"], made["In-Reply-To"] = f"<{ours.pk}.again@example.com>", f"<{ours.header_id}>"
    made.set_content("补充一点：卡号尾号 1234。")
    return made.as_bytes()
