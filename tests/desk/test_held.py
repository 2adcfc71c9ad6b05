"""Messages that could not be understood: what could be read, taking them all the same, ignoring them."""

import pytest
from django.urls import reverse

import mailroom
import story
import world
from plainspoken.cases import intake
from plainspoken.cases.models import Case
from plainspoken.channels import actions as channels
from plainspoken.channels.actions import HELD
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.work.models import Task

pytestmark = pytest.mark.usefixtures("desk")
ENCRYPTED = (
    "From: 张三 <zhang@example.com>\r\nTo: service@haian.example\r\nSubject: 密件\r\nMessage-ID: <1@example.com>\r\n"
    'Content-Type: multipart/encrypted; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n您好\r\n--x--\r\n'
).encode()
NOBODY = b"Subject: hello\r\nMessage-ID: <2@example.com>\r\n\r\nhello\r\n"


def held(content: bytes = ENCRYPTED) -> Raw:
    raw = mailroom.arrives(content)
    assert raw.state == "held"
    return raw


def test_the_list_says_why_each_is_held() -> None:
    held(), held(NOBODY)
    browser = world.client("li")
    shown = browser.get("/held/", headers={"Accept-Language": "en"}).content.decode()
    assert shown.count('class="row-link"') == 2
    assert "/held/" in browser.get("/cases/").content.decode()


def test_what_could_be_read_is_shown_as_text() -> None:
    raw = held()
    shown = world.client("li").get(reverse("desk.held.message", args=[raw.pk])).content.decode()
    assert "密件" in shown
    assert "zhang@example.com" in shown
    assert reverse("cases.intake.release", args=[raw.pk]) in shown


@pytest.mark.duty("4.3.1b")
def test_taking_it_opens_a_case_and_settles_the_task() -> None:
    raw = held()
    assert Task.objects.get(kind=HELD.code).state == "open"
    answer = story.post(world.client("li"), "cases.intake.release", raw.pk)
    case = Case.objects.get()
    assert answer["Location"] == reverse("desk.case", args=[case.pk])
    raw.refresh_from_db()
    assert (raw.state, case.state, case.customer.name) == ("received", "received", "张三")
    assert Task.objects.get(kind=HELD.code).state == "dropped"
    outer = story.entries("cases.intake.release")[0]
    assert (outer.actor_id, outer.subject_id) == (world.person("li").pk, raw.pk)
    assert story.entries("cases.inquiry.open")[0].cause == outer.id


def test_without_a_sender_nobody_could_be_answered() -> None:
    raw = held(NOBODY)
    browser = world.client("li")
    assert "/release/" not in browser.get(reverse("desk.held.message", args=[raw.pk])).content.decode()
    answer = story.post(browser, "cases.intake.release", raw.pk)
    assert answer.status_code == 422
    assert "sender_unreadable" in answer.content.decode()
    raw.refresh_from_db()
    assert raw.state == "held"


def test_ignoring_it_with_a_reason() -> None:
    raw = held()
    browser = world.client("li")
    assert browser.get(reverse("cases.intake.ignore", args=[raw.pk])).status_code == 200
    assert story.post(browser, "cases.intake.ignore", raw.pk, {"reason": ""}).status_code == 422
    answer = story.post(browser, "cases.intake.ignore", raw.pk, {"reason": "spam"})
    assert answer["Location"] == "/held/"
    raw.refresh_from_db()
    assert (raw.state, raw.reason) == ("ignored", "spam")
    assert Task.objects.get(kind=HELD.code).state == "dropped"
    assert story.entries("cases.intake.ignore")[0].subject_id == raw.pk
    assert not Case.objects.exists()


def test_what_is_settled_is_no_longer_held() -> None:
    raw = held()
    story.post(world.client("li"), "cases.intake.ignore", raw.pk, {"reason": "spam"})
    for name in ("desk.held.message", "cases.intake.release", "cases.intake.ignore"):
        assert story.post(world.client("li"), name, raw.pk, {"reason": "spam"}).status_code in (404, 405)
    assert world.client("li").get(reverse("desk.held.message", args=[raw.pk])).status_code == 404


def test_it_is_for_the_unit_of_the_mailbox_and_for_those_who_may() -> None:
    raw = held()
    assert str(raw.pk) not in world.client("chen").get("/held/").content.decode()
    for name in ("cases.intake.release", "cases.intake.ignore"):
        assert story.post(world.client("chen"), name, raw.pk, {"reason": "spam"}).status_code == 404
        assert story.post(world.client("sun"), name, raw.pk, {"reason": "spam"}).status_code == 403
    assert world.client("chen").get(reverse("desk.held.message", args=[raw.pk])).status_code == 404
    assert world.client("li").get(reverse("cases.intake.release", args=[raw.pk])).status_code == 405
    assert world.client("li").post("/held/").status_code == 405


def test_the_same_message_is_not_taken_twice() -> None:
    raw = held()
    mailroom.arrives(ENCRYPTED)
    story.post(world.client("li"), "cases.intake.release", raw.pk)
    assert Case.objects.count() == 1


def test_what_came_a_second_time_and_was_understood_is_not_taken_again() -> None:
    """The first arrival could not be processed; the same message came again and opened its case."""
    content = story.mail()
    first = channels.store(Mailbox.objects.get(), by=story.everything(), content=content)
    intake.hold(first, by=intake.TAKER, reason=intake.FAILED)
    assert story.arrives(content).state == "received"
    answer = story.post(world.client("li"), "cases.intake.release", first.pk)
    assert answer.status_code == 422
    assert "came_already" in answer.content.decode()
