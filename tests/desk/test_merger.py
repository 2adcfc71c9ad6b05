"""Merging on screen: what is offered, what is read where, and the way back."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

import story
import world
from plainspoken.cases.actions import merging
from plainspoken.cases.models import Case

pytestmark = pytest.mark.usefixtures("desk")


def pair() -> tuple[Case, Case]:
    return story.triaged(), story.received("还想补充一句话。", subject="再问年费")


def merged() -> tuple[Case, Case]:
    first, second = pair()
    merging.merge(second, by=world.actor("li"), into=first)
    return first, second


def english(username: str) -> Client:
    browser = world.client(username)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return browser


def shown(case: Case, by: str = "li") -> str:
    return english(by).get(reverse("desk.case", args=[case.pk])).content.decode()


def thread(page: str) -> str:
    return page.partition('class="thread"')[2].partition("</ol>")[0]


def test_open_cases_of_the_same_customer_are_offered() -> None:
    first, second = pair()
    closed, stranger = story.closed(), story.received(sender="other@example.com")
    asked = english("li").get(reverse("cases.inquiry.merge", args=[second.pk])).content.decode()
    offered = asked.partition("<form")[2]
    assert f"{first.number} · " in asked
    for other in (second, closed, stranger):
        assert f'value="{other.pk}"' not in offered


def test_nothing_to_merge_into_is_said() -> None:
    asked = english("li").get(reverse("cases.inquiry.merge", args=[story.received().pk])).content.decode()
    assert "The customer has no other case" in asked


def test_merged_it_is_read_in_the_other_in_order_of_time_with_where_it_came_from() -> None:
    first, second = pair()
    answer = story.post(world.client("li"), "cases.inquiry.merge", second.pk, {"into": first.pk})
    assert (answer.status_code, answer["Location"]) == (303, reverse("desk.case", args=[second.pk]))
    said = thread(shown(first))
    assert said.index(story.QUESTION) < said.index("还想补充一句话。")
    assert f"from {second.number}" in said
    assert f"merged {second.number} into {first.number}" in said
    assert f"from {first.number}" not in said
    there = shown(second)
    assert f'<a href="{reverse("desk.case", args=[first.pk])}">{first.number}</a>' in there
    assert reverse("cases.inquiry.unmerge", args=[second.pk]) in there
    assert reverse("cases.inquiry.answer_at_once", args=[second.pk]) not in there


def test_its_promise_is_due_in_the_other() -> None:
    first, second = merged()
    beside = shown(first).partition('id="pane-context"')[2]
    assert second.number in beside.partition("promise")[2].partition("</details>")[0] + beside
    page = english("li").get("/cases/?show=mine").content.decode()
    assert "left" in page.partition(first.number)[2].partition("</li>")[0]


def test_who_is_kept_from_it_does_not_read_it_in_the_other() -> None:
    first, second = merged()
    second.conversation.exclusions.create(person=world.person("wang"), since=second.received_at)
    said = thread(shown(first, by="wang"))
    assert "还想补充一句话。" not in said
    assert story.QUESTION in said


def test_brought_back_it_is_read_by_itself() -> None:
    first, second = merged()
    answer = story.post(world.client("li"), "cases.inquiry.unmerge", second.pk)
    assert answer.status_code == 303
    assert "还想补充一句话。" not in thread(shown(first))
    assert f"brought {second.number} back" in thread(shown(first))
    assert "还想补充一句话。" in thread(shown(second))
    assert story.fresh(second).state == "received"


def test_another_customers_case_is_no_choice() -> None:
    case, stranger = story.received(), story.triaged()
    other = story.received(sender="other@example.com")
    answer = story.post(world.client("li"), "cases.inquiry.merge", other.pk, {"into": stranger.pk})
    assert answer.status_code == 422
    assert {story.fresh(one).state for one in (case, other)} == {"received"}


def test_what_is_merged_stands_in_no_list_of_work() -> None:
    _first, second = merged()
    for show in ("mine", "ours", "waiting", "followed"):
        assert second.number not in world.client("li").get("/cases/", {"show": show}).content.decode()
