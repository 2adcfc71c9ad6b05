"""Mailboxes on screen: their fields, the secret that is only named, the test of the connection."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

import filling
import imap_peer
import mailroom
import story
import world
from plainspoken.channels import actions, traffic, words
from plainspoken.channels.email import reader
from plainspoken.channels.email.probe import FETCHABLE, Outcome, Step
from plainspoken.channels.models import Mailbox

pytestmark = pytest.mark.usefixtures("mailbox")
NEW = reverse("channels.mailbox.add")
SECRET = "PLAINSPOKEN_SECRET_MAILBOX_SERVICE"


FETCHED = {
    "imap_host": "imap.haian.example",
    "imap_user": "service",
    "imap_secret": "fetched",
    "imap_since": "2026-01-01",
}


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
        ({"imap_user": "service"}, "imap_host"),
        ({**FETCHED, "imap_user": ""}, "imap_user"),
        ({**FETCHED, "imap_secret": ""}, "imap_secret"),
        ({**FETCHED, "imap_secret": "a password!"}, "imap_secret"),
        ({**FETCHED, "imap_since": ""}, "imap_since"),
        ({**FETCHED, "imap_security": "none"}, "imap_security"),
        ({**FETCHED, "imap_afterwards": "move"}, "imap_move_to"),
        ({**FETCHED, "imap_move_to": "Done"}, "imap_move_to"),
        ({**FETCHED, "imap_afterwards": "move", "imap_move_to": "INBOX"}, "imap_move_to"),
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


def test_what_it_is_fetched_by_is_set_and_shown() -> None:
    browser = world.client("admin")
    assert filling.send(browser, at("channels.mailbox.put"), **FETCHED).status_code == 303
    mailbox = Mailbox.objects.get()
    assert (mailbox.imap_host, mailbox.imap_since, mailbox.secret) == (
        "imap.haian.example",
        date(2026, 1, 1),
        "",
    )
    shown = text(browser.get(at("channels.mailbox")))
    assert "imap.haian.example:993" in shown
    assert str(Mailbox.Trouble.SIGN_IN.label) not in shown
    actions.note_trouble(mailbox, by=reader.FETCHER, trouble=Mailbox.Trouble.SIGN_IN)
    assert str(Mailbox.Trouble.SIGN_IN.label) in text(browser.get(at("channels.mailbox")))


def test_what_the_reader_keeps_is_no_change_of_somebody_else() -> None:
    browser, address = world.client("admin"), at("channels.mailbox.put")
    seen = filling.shown(browser.get(address).context["form"])
    actions.note_contact(Mailbox.objects.get(), by=reader.FETCHER)
    assert browser.post(address, {**seen, "name_en": "Service"}).status_code == 303


def test_fetching_is_tried_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = world.client("admin")
    with imap_peer.serving(imap_peer.Peer()) as server:
        given = {**FETCHED, "imap_host": "127.0.0.1", "imap_port": server.port, "imap_security": "none"}
        filling.send(browser, at("channels.mailbox.put"), **{**given, "imap_user": imap_peer.USER})
        assert str(Mailbox.Trouble.SECRET.label) in text(browser.post(at("channels.mailbox.test")))
        monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_FETCHED", "wrong")
        assert str(Mailbox.Trouble.SIGN_IN.label) in text(browser.post(at("channels.mailbox.test")))
        monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_FETCHED", imap_peer.PASSWORD)
        assert str(words.FETCHING[FETCHABLE]) in text(browser.post(at("channels.mailbox.test")))
    assert str(Mailbox.Trouble.UNREACHABLE.label) in text(browser.post(at("channels.mailbox.test")))
