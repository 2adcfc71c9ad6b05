"""Taking a case, giving it to somebody, taking the next of the queue."""

from datetime import timedelta

import pytest
from django.urls import reverse

import story
import world
from plainspoken.kernel import clock
from plainspoken.kernel.ids import uuid7
from plainspoken.organization.models import Absence

pytestmark = pytest.mark.usefixtures("desk")


@pytest.mark.duty("3.2c")
def test_taking_it() -> None:
    case = story.received()
    answer = story.post(world.client("li"), "cases.inquiry.take", case.pk)
    assert (answer.status_code, answer["Location"]) == (303, reverse("desk.case", args=[case.pk]))
    assert story.fresh(case).owner == world.person("li")
    (entry,) = story.entries("cases.inquiry.take")
    assert (entry.actor_id, entry.subject_id, entry.refusal) == (world.person("li").pk, case.pk, "")


def test_the_list_beside_it_stays_as_it_was() -> None:
    case = story.received()
    address = reverse("cases.inquiry.take", args=[case.pk])
    answer = world.client("li").post(f"{address}?show=waiting&sort=due&evil=1")
    assert answer["Location"] == reverse("desk.case", args=[case.pk]) + "?show=waiting&sort=due"


@pytest.mark.duty("4.4.1d")
@pytest.mark.duty("4.4.1e")
def test_who_holds_no_certificate_cannot_take_it_and_is_told_why() -> None:
    case = story.received()
    answer = story.post(world.client("xin"), "cases.inquiry.take", case.pk, fragment=True)
    assert answer.status_code == 422
    assert "4.4.1e" in answer.content.decode()
    assert story.fresh(case).owner is None


def test_giving_it_to_a_colleague() -> None:
    case = story.received()
    answer = story.post(
        world.client("li"), "cases.inquiry.assign", case.pk, {"owner": world.person("wang").pk}
    )
    assert answer.status_code == 303
    assert story.fresh(case).owner == world.person("wang")
    assert story.entries("cases.inquiry.assign")[0].subject_id == case.pk


@pytest.mark.duty("4.4.1e")
def test_only_colleagues_with_a_certificate_can_be_chosen() -> None:
    case, browser = story.received(), world.client("li")
    shown = browser.get(reverse("cases.inquiry.assign", args=[case.pk])).content.decode()
    assert str(world.person("wang").pk) in shown
    assert str(world.person("xin").pk) not in shown
    assert str(world.person("chen").pk) not in shown
    answer = story.post(browser, "cases.inquiry.assign", case.pk, {"owner": world.person("xin").pk})
    assert answer.status_code == 422
    assert story.fresh(case).owner is None


@pytest.mark.duty("3.2c")
def test_in_absence_it_goes_to_the_deputy_and_the_list_says_so() -> None:
    today = clock.now().date()
    Absence.objects.create(
        id=uuid7(), person=world.person("wang"), deputy=world.person("li"),
        from_day=today - timedelta(days=1), to_day=today + timedelta(days=2),
    )  # fmt: skip
    case, browser = story.received(), world.client("zhao")
    shown = browser.get(reverse("cases.inquiry.assign", args=[case.pk]), headers={"Accept-Language": "en"})
    assert "李敏" in shown.content.decode().partition("王芳")[2].partition("</option>")[0]
    story.post(browser, "cases.inquiry.assign", case.pk, {"owner": world.person("wang").pk})
    assert story.fresh(case).owner == world.person("li")


def test_taking_the_next_gives_the_one_that_waits_longest() -> None:
    first = story.received()
    story.received(sender="other@example.com")
    answer = world.client("li").post("/queue/next/")
    assert answer["Location"] == reverse("desk.case", args=[first.pk])
    assert story.fresh(first).owner == world.person("li")
    (entry,) = story.entries("cases.queue.take_next")
    assert entry.subject_id == world.unit("cs-team-1").pk


def test_two_people_never_get_the_same() -> None:
    story.received()
    story.received(sender="other@example.com")
    taken = {world.client(name).post("/queue/next/")["Location"] for name in ("li", "wang")}
    assert len(taken) == 2


def test_nothing_waits() -> None:
    answer = world.client("li").post("/queue/next/", follow=True)
    assert answer.redirect_chain == [("/cases/", 303)]
    assert 'class="toast-note' in answer.content.decode()


def test_taking_the_next_is_no_matter_of_reading() -> None:
    assert world.client("li").get("/queue/next/").status_code == 405


def test_an_expert_has_no_queue() -> None:
    story.received()
    assert world.client("chen").post("/queue/next/").status_code == 403
    assert story.entries("cases.inquiry.take") == []
