"""Mailboxes on screen: their fields, the secret that is only named, the test of the connection."""

from typing import Any

import pytest
from django.urls import reverse

import filling
import mailroom
import story
import world
from plainspoken.channels import traffic, words
from plainspoken.channels.email.probe import Outcome, Step
from plainspoken.channels.models import Mailbox

pytestmark = pytest.mark.usefixtures("mailbox")
NEW = reverse("channels.mailbox.add")
SECRET = "PLAINSPOKEN_SECRET_MAILBOX_SERVICE"


def at(name: str) -> str:
    return reverse(name, args=[Mailbox.objects.get(address=mailroom.ADDRESS).pk])


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.duty("4.1.1a")
def test_a_mailbox_is_added() -> None:
    given = {
        "address": "Card@haian.example",
        "name_zh": "信用卡",
        "name_en": "Cards",
        "smtp_host": "mail.haian.example",
    }
    assert (
        filling.send(world.client("admin"), NEW, **given, unit=world.unit("credit-card").pk).status_code
        == 303
    )
    made = Mailbox.objects.get(address="card@haian.example")
    assert (made.unit, made.smtp_port, made.smtp_security) == (world.unit("credit-card"), 465, "tls")


def test_an_address_that_is_taken_overwrites_nothing() -> None:
    given = {
        "address": mailroom.ADDRESS.upper(),
        "name_zh": "x",
        "name_en": "x",
        "unit": world.unit("marketing").pk,
    }
    answer = filling.send(world.client("admin"), NEW, **given)
    assert (answer.status_code, list(filling.errors(answer))) == (422, ["address"])
    assert Mailbox.objects.get().unit == world.unit("customer-service")


def test_what_is_shown_can_be_sent_back_with_a_change() -> None:
    lines = "海岸银行\r\n不索要密码"
    assert (
        filling.send(world.client("admin"), at("channels.mailbox.put"), signature_zh=lines).status_code == 303
    )
    mailbox = Mailbox.objects.get()
    assert (mailbox.signature_zh, mailbox.name_zh) == ("海岸银行\n不索要密码", "海岸银行客服")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"smtp_host": "mail.haian.example", "smtp_security": "none"}, "smtp_security"),
        ({"smtp_user": "service"}, "secret"),
        ({"secret": "service"}, "secret"),
        ({"smtp_user": "service", "secret": "a password!"}, "secret"),
        ({"smtp_port": 70000}, "smtp_port"),
        ({"unit": ""}, "unit"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(changed: dict[str, Any], field: str) -> None:
    answer = filling.send(world.client("admin"), at("channels.mailbox.put"), **changed)
    assert (answer.status_code, list(filling.errors(answer))) == (422, [field])
    assert Mailbox.objects.get().smtp_host == ""


def test_two_at_once_the_second_is_told() -> None:
    browser, address = world.client("admin"), at("channels.mailbox.put")
    seen = filling.shown(browser.get(address).context["form"])
    filling.send(browser, address, smtp_host="one.haian.example")
    answer = browser.post(address, {**seen, "smtp_host": "two.haian.example"})
    assert "one.haian.example" in filling.errors(answer)["smtp_host"][0]
    assert Mailbox.objects.get().smtp_host == "one.haian.example"


@pytest.mark.parametrize("password", ["harbour wall", ""])
def test_the_secret_is_named_and_never_shown(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setenv(SECRET, password)
    browser = world.client("admin")
    filling.send(browser, at("channels.mailbox.put"), smtp_user="service", secret="service")
    answer = browser.get(at("channels.mailbox"))
    assert answer.context["has_secret"] is bool(password)
    assert "mailbox.service" in text(answer)
    assert "harbour wall" not in text(answer)


def test_the_connection_is_tried_and_told_in_words() -> None:
    answer = world.client("admin").post(at("channels.mailbox.test"))
    assert answer.status_code == 200
    assert str(words.OUTCOMES[Outcome.NO_SERVER]) in text(answer)
    assert world.entries("channels.mailbox.test")


def test_every_end_has_words() -> None:
    assert set(words.OUTCOMES) == set(Outcome)
    assert set(words.STEPS) == set(Step)


def test_the_page_says_when_mail_last_came_and_left() -> None:
    mailbox = Mailbox.objects.get()
    assert (traffic.last_in(mailbox), traffic.last_out(mailbox)) == (None, None)
    story.answered()
    story.let_leave()
    assert traffic.last_in(mailbox)
    assert traffic.last_out(mailbox)
