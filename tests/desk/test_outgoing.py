"""A message on its way out: taking it back, and deciding what happened when nobody knows."""

import pytest
from django.urls import reverse

import story
import world
from plainspoken.cases.actions import answering
from plainspoken.cases.models import Case
from plainspoken.conversations.actions import outgoing as actions
from plainspoken.conversations.models import Draft, Outgoing

pytestmark = pytest.mark.usefixtures("desk")
VERBS = ("conversations.outgoing.undo", "conversations.outgoing.confirm", "conversations.outgoing.send_again")


def waiting() -> tuple[Case, Outgoing]:
    case = story.triaged()
    message = answering.answer(case, by=world.actor("li"), text="年费已退回。")
    return case, message.outgoing


def uncertain() -> tuple[Case, Outgoing]:
    case, row = waiting()
    by = story.everything()
    actions.depart([row], by=by)
    actions.doubt(row, by=by, trouble="the line broke")
    return case, row


def state(row: Outgoing) -> str:
    return Outgoing.objects.get(pk=row.pk).state


@pytest.mark.duty("4.3.1e")
def test_undo_makes_it_a_draft_again() -> None:
    case, row = waiting()
    browser = world.client("li")
    assert "年费已退回。" in browser.get(reverse("desk.case", args=[case.pk])).content.decode()
    answer = story.post(browser, "conversations.outgoing.undo", row.pk)
    assert answer["Location"] == reverse("desk.case", args=[case.pk])
    assert state(row) == "withdrawn"
    assert Draft.objects.get().text == "年费已退回。"
    story.let_leave()
    assert state(row) == "withdrawn"
    assert story.entries("conversations.outgoing.undo")[0].subject_id == row.pk


def test_the_line_under_the_message_counts_down_and_is_asked_for_only_when_nothing_was_told() -> None:
    _case, row = waiting()
    browser, address = world.client("li"), reverse("desk.outgoing", args=[row.pk])
    answer = browser.get(address, headers={"HX-Request": "true"})
    assert '<ps-countdown data-seconds="' in answer.content.decode()
    assert 'hx-trigger="late"' in answer.content.decode()
    story.let_leave()
    answer = browser.get(address, headers={"HX-Request": "true"})
    assert "hx-trigger" not in answer.content.decode()


def test_only_the_author_takes_it_back() -> None:
    case, row = waiting()
    shown = world.client("wang").get(reverse("desk.case", args=[case.pk])).content.decode()
    assert "/undo/" not in shown
    answer = story.post(world.client("wang"), "conversations.outgoing.undo", row.pk)
    assert answer.status_code == 422
    assert state(row) == "waiting"


def test_what_has_left_cannot_be_taken_back() -> None:
    _case, row = waiting()
    story.let_leave()
    assert story.post(world.client("li"), "conversations.outgoing.undo", row.pk).status_code == 409


def test_a_person_found_out_that_it_left() -> None:
    case, row = uncertain()
    shown = world.client("li").get(reverse("desk.case", args=[case.pk])).content.decode()
    assert "/confirmation/" in shown
    assert "/again/" in shown
    assert story.post(world.client("li"), "conversations.outgoing.confirm", row.pk).status_code == 303
    assert state(row) == "left"


def test_a_person_wants_it_sent_again_under_the_same_id() -> None:
    _case, row = uncertain()
    assert story.post(world.client("li"), "conversations.outgoing.send_again", row.pk).status_code == 303
    assert state(row) == "waiting"
    story.let_leave()
    assert state(row) == "left"


@pytest.mark.parametrize("verb", VERBS[1:])
def test_nothing_is_decided_that_is_not_in_doubt(verb: str) -> None:
    _case, row = waiting()
    assert story.post(world.client("li"), verb, row.pk).status_code == 409


@pytest.mark.parametrize("verb", VERBS)
def test_strangers_find_nothing_others_may_not_and_reading_is_not_acting(verb: str) -> None:
    _case, row = uncertain()
    assert story.post(world.client("chen"), verb, row.pk).status_code == 404
    assert story.post(world.client("sun"), verb, row.pk).status_code == 403
    assert world.client("li").get(reverse(verb, args=[row.pk])).status_code == 405
    assert world.client("chen").get(reverse("desk.outgoing", args=[row.pk])).status_code == 404
    assert state(row) == "uncertain"
