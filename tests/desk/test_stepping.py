"""From case to case of the list that was opened: forward, back, and on after closing."""

import re

import pytest
from django.urls import reverse

import story
import world
from plainspoken.cases.models import Case

pytestmark = pytest.mark.usefixtures("desk")


def received(count: int) -> list[Case]:
    return [story.received(sender=f"c{number}@example.com") for number in range(count)]


def steps(case: Case, username: str = "li", **asked: str) -> dict[str, str]:
    """Where the keys K and J lead: the case before and the one after."""
    page = world.client(username).get(reverse("desk.case", args=[case.pk]), {"show": "waiting", **asked})
    head = page.content.decode().partition('class="list-steps"')[2].partition("</span>")[0]
    return {
        key: href.replace("&amp;", "&")
        for href, key in re.findall(r'href="([^"]+)"[^>]*data-key="([KJ])"', head)
    }


def to(case: Case, asked: str = "?show=waiting") -> str:
    return reverse("desk.case", args=[case.pk]) + asked


def test_the_one_before_and_the_one_after_in_the_order_of_the_list() -> None:
    first, second, third = received(3)
    assert steps(second) == {"K": to(third), "J": to(first)}
    assert steps(third) == {"J": to(second)}
    assert steps(first) == {"K": to(second)}
    for sort in ("due", "last"):
        asked = f"?show=waiting&sort={sort}"
        assert steps(second, sort=sort) == {"K": to(first, asked), "J": to(third, asked)}


def test_it_keeps_to_the_filter() -> None:
    first, second, third = received(3)
    world.client("li").get(reverse("desk.case", args=[second.pk]))
    assert steps(third, unread="1") == {"J": to(first, "?show=waiting&unread=1")}


def test_what_one_may_not_see_is_stepped_over() -> None:
    first, second, third = received(3)
    second.conversation.exclusions.create(id=None, person=world.person("li"), since=second.received_at)
    assert steps(third) == {"J": to(first)}


def test_a_case_that_left_the_list_still_has_its_place() -> None:
    first, second, third = received(3)
    browser = world.client("li")
    story.post(browser, "cases.inquiry.take", second.pk)
    assert steps(second) == {"K": to(third), "J": to(first)}


def test_closing_goes_on_to_the_next_and_at_the_end_to_the_list() -> None:
    first, second = story.answered(), story.answered()
    browser = world.client("li")
    address = reverse("cases.inquiry.close", args=[second.pk]) + "?show=followed"
    answer = browser.post(address, {"then": "next"})
    assert answer["Location"] == to(first, "?show=followed")
    assert story.fresh(second).state == "closed"
    last = browser.post(reverse("cases.inquiry.close", args=[first.pk]) + "?show=followed", {"then": "next"})
    assert last["Location"] == "/cases/?show=followed"
    third = story.answered()
    assert story.post(browser, "cases.inquiry.close", third.pk)["Location"] == to(third, "")
