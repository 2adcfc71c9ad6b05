"""What arrives becomes a message of a case, once; or is a duplicate, ignored, held."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

import mailroom
import story
import world
from mailroom import arrives, mail
from plainspoken.cases.models import Case
from plainspoken.channels.email import storing
from plainspoken.channels.models import Raw
from plainspoken.content.models import Script
from plainspoken.conversations.models import Conversation, Message, Outgoing
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel import blobs, clock, drain
from plainspoken.kernel.models import Deadline, Entry
from plainspoken.work.models import Task

pytestmark = pytest.mark.usefixtures("mailbox")


def stored(content: bytes) -> None:
    """As the SMTP listener does it; nothing flows yet."""
    storing.store([mailroom.ADDRESS], "sender@example.com", content)


@pytest.mark.duty("4.3.1a")
@pytest.mark.duty("4.3.1b")
def test_a_mail_opens_a_case_in_the_queue_of_its_mailbox() -> None:
    raw = arrives(mail())
    case = Case.objects.get()
    assert (raw.state, case.state, case.unit, case.owner) == (
        "received",
        "received",
        world.unit("customer-service"),
        None,
    )
    assert case.number.startswith("Q-2026-")
    assert Deadline.objects.get(subject_id=case.pk).kind == "cases.first_reply"
    assert Entry.objects.filter(code="cases.inquiry.open").count() == 1


@pytest.mark.duty("2e")
def test_a_stranger_becomes_a_prospect_with_a_claimed_address() -> None:
    arrives(mail())
    point = ContactPoint.objects.get()
    assert (point.customer.prospect, point.verified, point.masked) == (True, "claimed", "wa***@example.com")
    assert point.value == "wang@example.com"


@pytest.mark.duty("4.3.1c")
@pytest.mark.duty("4.3.1d")
def test_type_and_line_are_suggested() -> None:
    arrives(mail())
    case = Case.objects.get()
    assert case.suggested_line
    assert case.suggested_type
    assert (case.suggested_line.code, case.suggested_type.code) == ("card", "fee")
    assert (case.line, case.type) == (None, None)


def test_the_same_mail_again_is_a_duplicate() -> None:
    content = mail()
    arrives(content)
    second = arrives(b"Received: from elsewhere\r\n" + content)
    assert second.state == "duplicate"
    assert (Message.objects.filter(kind="in").count(), Case.objects.count()) == (1, 1)


def test_the_same_id_with_other_words_is_another_message_and_marked() -> None:
    arrives(mail(Message_ID="<same@example.com>"))
    arrives(mail("完全不同的问题", Message_ID="<same@example.com>"))
    assert sorted(Message.objects.filter(kind="in").values_list("same_id_as_another", flat=True)) == [
        False,
        True,
    ]


def test_the_customer_is_told_number_and_time_once_a_day() -> None:
    arrives(mail())
    arrives(mail("另一个问题", subject="另一个"))
    sent = Message.objects.filter(kind="automatic")
    assert (Case.objects.count(), sent.count()) == (2, 1)
    number = Case.objects.earliest("received_at").number
    assert number in sent.get().text
    assert Outgoing.objects.get(message=sent.get()).state == "left"
    with clock.moved(clock.now() + timedelta(days=1)):
        arrives(mail("第三个问题", subject="第三个"))
    assert Message.objects.filter(kind="automatic").count() == 2


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"X_Loop": "elsewhere"}, "loop"),
    ],
)
def test_automatic_mail_is_ignored_and_never_answered(headers: dict[str, str], reason: str) -> None:
    raw = arrives(mail(**headers))
    assert (raw.state, raw.reason) == ("ignored", reason)
    assert (Case.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize("headers", [{"Precedence": "bulk"}, {"Auto_Submitted": "auto-generated"}])
def test_what_a_machine_sent_for_a_person_is_taken_in_and_not_answered_by_itself(
    headers: dict[str, str],
) -> None:
    assert arrives(mail(**headers)).state == "received"
    assert (Case.objects.count(), Message.objects.filter(kind="automatic").count()) == (1, 0)


def test_our_own_message_that_comes_back_is_ignored() -> None:
    arrives(mail())
    ours = Message.objects.get(kind="automatic")
    raw = arrives(mail(Message_ID=f"<{ours.header_id}>"))
    assert (raw.state, raw.reason) == ("ignored", "own_loop")


def test_what_cannot_be_understood_is_held_before_a_person_and_blocks_nothing() -> None:
    strange = (
        b"From: a@example.com\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nAAAA"
    )
    raw = arrives(strange)
    assert (raw.state, raw.reason) == ("held", "encrypted")
    task = Task.objects.get(kind="channels.held")
    assert (task.subject_id, task.unit) == (raw.pk, world.unit("customer-service"))
    assert arrives(mail()).state == "received"


def test_a_full_disk_is_no_fault_of_the_mail_which_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file finds no room when it is taken in: nobody has to look at it, it comes in once there is some."""
    storing.store(
        [mailroom.ADDRESS], "sender@example.com", story.mail(html="<p>年费</p>", picture=bytes(100_000))
    )

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(blobs.DiskFull):
            drain.run_until_empty("intake")
    assert Raw.objects.get().state == "waiting"
    drain.run_until_empty("intake")
    assert Raw.objects.get().state == "received"


def test_a_reply_of_a_participant_joins_its_conversation() -> None:
    arrives(mail(Message_ID="<first@example.com>"))
    ours = Message.objects.get(kind="automatic")
    arrives(mail("补充一点", In_Reply_To=f"<{ours.header_id}>"))
    assert (Conversation.objects.count(), Case.objects.count()) == (1, 1)


def test_a_stranger_who_quotes_our_id_gets_a_conversation_of_his_own() -> None:
    arrives(mail())
    ours = Message.objects.get(kind="automatic")
    arrives(mail("我也想知道", sender="mallory@example.org", In_Reply_To=f"<{ours.header_id}>"))
    first, second = Conversation.objects.order_by("started_at")
    assert second.refers_to == first
    assert Case.objects.count() == 2


def test_headers_from_outside_set_neither_queue_nor_priority() -> None:
    arrives(mail(X_Priority="1", Importance="high", X_Plainspoken_Unit="management"))
    assert Case.objects.get().unit == world.unit("customer-service")


def test_a_bounce_is_tied_to_its_message_and_stands_before_the_unit() -> None:
    arrives(mail())
    ours = Message.objects.get(kind="automatic")
    report = (
        "From: MAILER-DAEMON@example.com\r\nTo: service@haian.example\r\nSubject: failure\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        "Final-Recipient: rfc822; wang@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{ours.header_id}>\r\n\r\nx\r\n--b--\r\n"
    )
    raw = arrives(report.encode())
    assert (raw.state, raw.reason) == ("ignored", "delivery_report")
    assert Outgoing.objects.get(message=ours).state == "failed"
    assert Task.objects.get(kind="cases.not_delivered").subject_id == Case.objects.get().pk


def test_a_year_without_holidays_stops_nothing_and_says_so() -> None:
    with clock.moved(datetime(2026, 12, 31, 8, 0, tzinfo=UTC)):
        arrives(mail())
        arrives(mail("再问一个", subject="再问"))
    deadline = Deadline.objects.filter(kind="cases.first_reply").earliest("opened_at")
    assert (deadline.provisional, deadline.missing_years) == (True, [2027])
    assert Task.objects.filter(kind="work.calendar_year").count() == 1
    assert Case.objects.count() == 2


def test_nothing_waits_afterwards() -> None:
    arrives(mail())
    assert not Raw.objects.filter(state="waiting").exists()
    assert mailroom.case().conversation.language == "zh-hans"


@pytest.mark.parametrize("left", [None, "编号 {{number}}，{{who}}"])
def test_without_a_script_that_can_be_filled_a_case_opens_and_the_administrator_is_told_once(
    left: str | None,
) -> None:
    found = Script.objects.filter(scene="acknowledgement")
    found.update(**({"text_zh": left} if left else {"retired_at": clock.now()}))
    arrives(mail())
    arrives(mail(subject="再问一次", text="还有一件事。"))
    assert Case.objects.count() == 2
    assert not Outgoing.objects.exists()
    assert [task.kind for task in Task.objects.all()] == ["cases.unwritten"]


def test_what_comes_in_together_is_taken_in_as_if_one_by_one() -> None:
    contents = [mail(sender=f"c{number}@example.com", subject=f"第 {number} 问") for number in range(6)]
    contents += [contents[0], mail(sender="c1@example.com", subject="又一问")]
    for content in contents:
        stored(content)
    drain.run_until_empty("intake")
    assert sorted(Raw.objects.values_list("state", flat=True)) == ["duplicate"] + ["received"] * 7
    assert (Case.objects.count(), ContactPoint.objects.count(), Outgoing.objects.count()) == (7, 6, 6)
    assert Case.objects.values("number").distinct().count() == 7
    again = Conversation.objects.get(messages__subject="又一问", messages__kind="in")
    assert (
        again.customer == Conversation.objects.get(messages__subject="第 1 问", messages__kind="in").customer
    )
    assert Entry.objects.filter(code="cases.inquiry.acknowledge").count() == 7


def test_a_reply_that_comes_together_with_what_it_replies_to_joins_it() -> None:
    first = mail(Message_ID="<one@example.com>")
    for content in (first, mail(subject="Re", text="补充一点。", In_Reply_To="<one@example.com>")):
        stored(content)
    drain.run_until_empty("intake")
    assert (Case.objects.count(), Conversation.objects.get().messages.filter(kind="in").count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_meet_the_same_new_sender_take_both_messages_in() -> None:
    for number in range(8):
        stored(mail(subject=f"第 {number} 问", text=f"{number}"))

    def takes_in() -> None:
        try:
            while drain.drains["intake"].batch():
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: takes_in(), range(2)))
    assert set(Raw.objects.values_list("state", flat=True)) == {"received"}
    assert (ContactPoint.objects.count(), Case.objects.count()) == (1, 8)
    assert Outgoing.objects.count() == 1
