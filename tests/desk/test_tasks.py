"""Tasks: who sees them, finishing with proof, giving them to somebody."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

import cost
import story
import world
from plainspoken.kernel import ledger
from plainspoken.work import actions
from plainspoken.work.models import Notice, Task

pytestmark = pytest.mark.usefixtures("desk")
TASKS = "/tasks/"
KIND = "cases.not_delivered"
STATEMENTS_MAX = 25


def task(key: str = "one", owner: str = "") -> Task:
    """For the agents' team, about a case."""
    return actions.open_task(
        world.unit("cs-team-1"),
        by=story.everything(),
        kind=KIND,
        about=story.received(),
        key=key,
        owner=world.person(owner) if owner else None,
    )


def listed(username: str, show: str) -> int:
    page = world.client(username).get(TASKS, {"show": show})
    assert page.status_code == 200
    return page.content.decode().count("data-row")


def test_who_has_not_signed_in_is_asked_to() -> None:
    for address in (TASKS, reverse("desk.task", args=[task().pk])):
        assert Client().get(address)["Location"].startswith(reverse("organization.session.sign_in"))


def test_no_other_method() -> None:
    assert world.client("li").post(TASKS).status_code == 405
    assert world.client("li").post(reverse("desk.task", args=[task().pk])).status_code == 405
    assert world.client("li").put(reverse("work.task.finish", args=[task().pk])).status_code == 405


def test_mine_and_those_of_my_units() -> None:
    task("mine", "li")
    task("others", "wang")
    task("nobodys")
    assert [listed("li", show) for show in ("mine", "units", "done")] == [1, 3, 0]
    assert [listed("zhao", show) for show in ("mine", "units")] == [0, 3]
    assert [listed("chen", show) for show in ("mine", "units")] == [0, 0]


def test_a_task_tells_what_it_is_about() -> None:
    one = task(owner="li")
    page = world.client("li").get(reverse("desk.task", args=[one.pk])).content.decode()
    assert reverse("desk.case", args=[one.subject_id]) in page


@pytest.mark.duty("5.4.1c")
def test_finishing_keeps_the_proof() -> None:
    one, browser = task(owner="li"), world.client("li")
    address = reverse("work.task.finish", args=[one.pk])
    assert "<textarea" in browser.get(address).content.decode()
    answer = browser.post(address, {"proof": "已电话联系客户。"})
    assert answer.status_code == 303
    one.refresh_from_db()
    assert (one.state, one.proof, one.done_by) == ("done", "已电话联系客户。", world.person("li"))
    (entry,) = story.entries("work.task.finish")
    assert (entry.subject_id, entry.actor_id) == (one.pk, world.person("li").pk)
    assert [listed("li", show) for show in ("mine", "done")] == [0, 1]


@pytest.mark.parametrize("proof", ["", "   "])
def test_without_proof_nothing_is_finished(proof: str) -> None:
    one = task(owner="li")
    answer = story.post(world.client("li"), "work.task.finish", one.pk, {"proof": proof})
    assert answer.status_code == 422
    one.refresh_from_db()
    assert one.state == "open"


def test_what_is_finished_cannot_be_finished_again() -> None:
    one = task(owner="li")
    story.post(world.client("li"), "work.task.finish", one.pk, {"proof": "done"})
    answer = story.post(world.client("li"), "work.task.finish", one.pk, {"proof": "again"})
    assert answer.status_code == 409
    assert story.entries("work.task.finish", refusal="wrong_state")


def test_a_head_gives_it_to_a_member() -> None:
    one = task()
    browser, address = world.client("zhao"), reverse("work.task.assign", args=[one.pk])
    offered = browser.get(address).content.decode()
    assert world.person("li").name_zh in offered
    assert world.person("chen").name_zh not in offered
    assert browser.post(address, {"owner": world.person("li").pk}).status_code == 303
    one.refresh_from_db()
    assert one.owner == world.person("li")
    assert Notice.objects.filter(person=world.person("li"), kind="work.task_given").exists()
    (entry,) = story.entries("work.task.assign")
    assert ledger.facts(bytes(entry.body))["owner"] == str(world.person("li").pk)


def test_it_is_given_to_nobody_outside_the_unit() -> None:
    one = task()
    answer = story.post(world.client("zhao"), "work.task.assign", one.pk, {"owner": world.person("chen").pk})
    assert answer.status_code == 422
    one.refresh_from_db()
    assert one.owner is None


def test_an_agent_may_not_give_tasks_away() -> None:
    one = task()
    assert "assignment" not in world.client("li").get(reverse("desk.task", args=[one.pk])).content.decode()
    answer = story.post(world.client("li"), "work.task.assign", one.pk, {"owner": world.person("li").pk})
    assert answer.status_code == 403
    assert story.entries("work.task.assign", refusal="permission_denied")


@pytest.mark.parametrize("name", ["desk.task", "work.task.finish", "work.task.assign"])
def test_what_is_not_ours_is_not_there(name: str) -> None:
    one = task()
    assert world.client("chen").get(reverse(name, args=[one.pk])).status_code == 404
    assert world.client("li").get(reverse(name, args=[uuid4()])).status_code == 404
    assert world.client("sun").get(reverse("desk.task", args=[one.pk])).status_code == 200


def test_the_menu_counts_what_waits() -> None:
    task("mine", "li")
    task("nobodys")
    task("others", "wang")
    page = world.client("li").get(TASKS).content.decode()
    assert '<span class="count">2</span>' in page


def test_the_list_costs_the_same_for_one_and_for_many() -> None:
    task(owner="li")
    few = cost.statements("li", TASKS)
    for number in range(4):
        task(str(number), "li")
    assert cost.statements("li", TASKS) <= few <= STATEMENTS_MAX
