"""The bell: what it tells, and that it has been heard."""

import pytest
from django.test import Client
from django.urls import reverse

import cost
import story
import world
from plainspoken.cases.actions import ownership
from plainspoken.work.models import Notice

pytestmark = pytest.mark.usefixtures("desk")
BELL = "/bell/"
STATEMENTS_MAX = 25


def given(username: str = "li") -> None:
    """A case is given to the person, which rings."""
    ownership.assign(story.received(), by=world.actor("zhao"), owner=world.person(username))


def test_who_has_not_signed_in_is_asked_to() -> None:
    assert Client().get(BELL)["Location"].startswith(reverse("organization.session.sign_in"))
    assert Client().post(reverse("work.notice.see")).status_code == 303


def test_no_other_method() -> None:
    assert world.client("li").post(BELL).status_code == 405
    assert world.client("li").get(reverse("work.notice.see")).status_code == 405


def test_it_tells_the_person_and_nobody_else() -> None:
    given("li")
    case = story.fresh(ownership.Case.objects.get())
    assert case.number in world.client("li").get(BELL).content.decode()
    assert case.number not in world.client("wang").get(BELL).content.decode()


def test_looking_changes_nothing_and_seeing_is_an_action() -> None:
    given("li")
    given("wang")
    browser = world.client("li")
    browser.get(BELL)
    assert Notice.objects.filter(seen_at__isnull=True).count() == 2
    assert browser.post(reverse("work.notice.see")).status_code == 303
    (left,) = Notice.objects.filter(seen_at__isnull=True)
    assert left.person == world.person("wang")
    (entry,) = story.entries("work.notice.see")
    assert entry.actor_id == world.person("li").pk


def test_the_top_bar_counts_what_is_new() -> None:
    given("li")
    given("li")
    browser = world.client("li")
    assert '<span class="count">2</span>' in browser.get("/due/").content.decode()
    browser.post(reverse("work.notice.see"))
    bell = browser.get("/due/").content.decode().split('id="bell"')[1].split("</a>")[0]
    assert "count" not in bell


def test_the_list_costs_the_same_for_one_and_for_many() -> None:
    given()
    few = cost.statements("li", BELL)
    for _ in range(4):
        given()
    assert cost.statements("li", BELL) <= few <= STATEMENTS_MAX
