"""The demo's page of mail that left."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

import story
import world
from plainspoken.cases.models import Case
from plainspoken.conversations.models import Outgoing


@pytest.fixture
def case(db: None, settings: Settings) -> Case:
    settings.DEMO = True
    story.set_up()
    return story.answered()


def address(case: Case) -> str:
    outgoing = Outgoing.objects.get(message__conversation=case.conversation_id, link__isnull=False)
    return f"/demo/outbox/{outgoing.pk}/"


def test_whoever_is_signed_in_sees_what_left(case: Case) -> None:
    for username in ("li", "zhao", "sun", "admin"):
        page = world.client(username).get("/demo/outbox/")
        assert page.status_code == 200
        assert address(case) in page.content.decode()
        assert story.CUSTOMER in page.content.decode()


def test_a_mail_is_shown_as_the_customer_gets_it(case: Case) -> None:
    page = world.client("li").get(address(case))
    assert page.status_code == 200
    text = page.content.decode()
    for part in ("年费已退回。", "service@haian.example", "In-Reply-To"):
        assert part in text
    (link,) = re.findall(r'<a href="[^"]*(/solved/\w+/)"', text)
    assert Client().get(link).status_code == 200


def test_what_has_not_left_is_not_there(case: Case) -> None:
    waiting = Outgoing.objects.filter(state="left").first()
    assert waiting
    Outgoing.objects.filter(pk=waiting.pk).update(left_at=waiting.left_at, sent=None)
    assert world.client("li").get(f"/demo/outbox/{waiting.pk}/").status_code == 404


def test_strangers_are_asked_to_sign_in(case: Case) -> None:
    for path in ("/demo/outbox/", address(case)):
        answer = Client().get(path)
        assert answer.status_code == 303
        assert "/sign-in" in answer.headers["Location"]


def test_without_a_demo_there_is_no_such_page(case: Case, settings: Settings) -> None:
    settings.DEMO = False
    for path in ("/demo/outbox/", address(case)):
        assert world.client("li").get(path).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods_are_refused(method: str, case: Case) -> None:
    assert getattr(world.client("li"), method)("/demo/outbox/").status_code == 405


def test_a_link_right_behind_chinese_words_is_one() -> None:
    from plainspoken.demo.views.outbox import pieces

    text = "请点击：http://127.0.0.1:8000/solved/0a/\n谢谢"
    assert pieces(text) == [
        ("请点击：", False),
        ("http://127.0.0.1:8000/solved/0a/", True),
        ("\n谢谢", False),
    ]
