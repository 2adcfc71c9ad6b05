"""A letter that did not arrive stands before whose case it is, with what to do in words."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

import mailroom
import world
from plainspoken.cases.actions import ownership
from plainspoken.cases.models import Reopening
from plainspoken.channels.email.undelivered import Undelivered, why
from plainspoken.channels.models import Raw
from plainspoken.conversations.actions import outgoing as on_the_way
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Outgoing
from plainspoken.work.models import Task
from sending import after, answer, letter, tasks, through
from smtp_peer import Peer

pytestmark = pytest.mark.usefixtures("mailbox")


def report(outgoing: Outgoing, status: str = "5.1.1", said: str = "", action: str = "failed") -> Raw:
    """The other side's server reports (RFC 3464), as our listener gets it."""
    content = (
        "From: MAILER-DAEMON@example.com\r\nTo: service@haian.example\r\nSubject: failure\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        f"Final-Recipient: rfc822; wang@example.com\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {said}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{outgoing.message.header_id}>\r\n\r\nx\r\n--b--\r\n"
    )
    return mailroom.arrives(content.encode())


def advice() -> str:
    return str(Task.objects.get(kind="cases.not_delivered", state="open").facts["advice"])


@pytest.mark.duty("4.3.1i")
def test_an_answer_that_came_back_returns_its_case_to_the_owner(peer: Peer) -> None:
    outgoing = after(answer(peer))
    case = outgoing.message.conversation.cases.get()
    assert case.state == "answered"
    report(outgoing, said="550 5.1.1 No such user")
    outgoing.refresh_from_db()
    case.refresh_from_db()
    assert (outgoing.state, case.state) == ("failed", "triaged")
    assert tasks("cases.not_delivered") == [("li", "customer-service")]
    assert Task.objects.get(kind="cases.not_delivered").subject_id == case.pk
    assert Reopening.objects.get(case=case).how == "not_reached"
    assert advice() == "no_such_address"


def test_an_earlier_letter_that_came_back_leaves_the_answer_alone(peer: Peer) -> None:
    case = after(answer(peer)).message.conversation.cases.get()
    report(Outgoing.objects.get(message__kind="automatic"))
    case.refresh_from_db()
    assert case.state == "answered"
    assert tasks("cases.not_delivered") == [("li", "customer-service")]


def test_the_owner_of_today_is_told_not_who_wrote(peer: Peer) -> None:
    peer.answers["rcpt"] = "550 5.1.1 No such user"
    outgoing = answer(peer)
    case = outgoing.message.conversation.cases.get()
    ownership.assign(case, by=world.actor("zhao"), owner=world.person("wang"))
    after(outgoing)
    assert tasks("cases.not_delivered") == [("wang", "customer-service")]


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_of_no_failure_changes_nothing(peer: Peer, action: str) -> None:
    outgoing = after(answer(peer))
    report(outgoing, status="4.4.1" if action == "delayed" else "2.0.0", action=action)
    outgoing.refresh_from_db()
    assert (outgoing.state, tasks("cases.not_delivered")) == ("left", [])


def test_what_was_uncertain_has_left_when_it_comes_back(peer: Peer) -> None:
    peer.hangs_up_at = "data"
    outgoing = after(answer(peer))
    assert outgoing.state == "uncertain"
    report(outgoing, status="5.2.2")
    outgoing.refresh_from_db()
    assert (outgoing.state, advice()) == ("failed", "mailbox_full")


def test_a_report_of_a_letter_nobody_knows_is_tied_to_nothing(peer: Peer) -> None:
    outgoing = after(answer(peer))
    outgoing.message.header_id = "unknown@haian.example"
    assert report(outgoing).reason == "delivery_report"
    outgoing.refresh_from_db()
    assert outgoing.state == "left"


@pytest.mark.parametrize("verb", [on_the_way.send_again, on_the_way.confirm])
def test_once_decided_nobody_is_asked_any_more(peer: Peer, verb: Any) -> None:
    peer.hangs_up_at = "data"
    outgoing = after(answer(peer))
    assert tasks("cases.uncertain") == [("li", "customer-service")]
    verb(outgoing, by=world.actor("li"))
    peer.hangs_up_at = None
    after(outgoing, timedelta())
    assert tasks("cases.uncertain") == []


def test_given_up_after_a_day_it_says_so(peer: Peer) -> None:
    peer.answers["mail"] = "421 4.3.2 Down"
    outgoing = letter(peer)
    Outgoing.objects.filter(pk=outgoing.pk).update(attempts=on_the_way.ATTEMPTS_MAX - 1)
    after(outgoing)
    assert advice() == "not_reached"


def test_the_task_says_what_is_to_be_done_in_words(peer: Peer) -> None:
    case = mailroom.received()
    through(peer)
    peer.answers["rcpt"] = "552 5.2.2 Mailbox full"
    after(send.reply(case.conversation, by=world.actor("li"), text="您好").outgoing)
    task = Task.objects.get(kind="cases.not_delivered")
    browser = world.client("li")
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = browser.get(reverse("desk.task", args=[task.pk]))
    assert "mailbox is full. Call the customer" in page.content.decode()
    assert "552 5.2.2 Mailbox full" in page.content.decode()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("550 5.1.1 <wang@example.com>: Recipient address rejected", "no_such_address"),
        ("5.1.2 550 Host unknown", "no_such_address"),
        ("550 No such user here", "no_such_address"),
        ("5.2.1 disabled", "no_such_address"),
        ("552 5.2.2 Over quota", "mailbox_full"),
        ("4.2.2 Over quota", "mailbox_full"),
        ("552 5.3.4 Message too big", "too_large"),
        ("552 Message exceeds fixed size", "too_large"),
        ("554 5.7.1 Spam", "not_wanted"),
        ("550 5.7.26 Unauthenticated", "not_wanted"),
        ("4.4.7 expired", "not_reached"),
        ("451 later", "not_reached"),
        ("554 Transaction failed", "refused"),
        ("5.5.0 protocol", "refused"),
        ("", "not_written"),
        ("call 4006 123 5.1", "not_written"),
    ],
)
def test_what_the_other_server_said_is_understood(said: str, meant: str) -> None:
    assert why(said, Undelivered.NOT_WRITTEN) == meant
