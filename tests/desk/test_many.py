"""One verb for many cases: asked, shown beforehand case by case, done, each with its own entry."""

import re
import threading
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

import story
import world
from plainspoken.cases.actions import follow_up, ownership, tags
from plainspoken.cases.models import Case, Tag
from plainspoken.desk import many_forms
from plainspoken.organization.models import Firm

pytestmark = pytest.mark.usefixtures("desk")


def send(name: str, cases: list[Any], *, by: str = "li", step: str = "", **more: Any) -> HttpResponse:
    """As the bar above the list sends it; the preview adds its `step`."""
    data = {"case": [one.pk if isinstance(one, Case) else one for one in cases], "step": step, **more}
    browser = world.client(by)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return browser.post(reverse("desk.many", args=[name]), data)


def tokens(answer: HttpResponse) -> list[str]:
    """What the preview would send on."""
    return re.findall(r'name="case" value="([^"]+)"', answer.content.decode())


def done(name: str, cases: list[Any], *, by: str = "li", **more: Any) -> str:
    """Seen beforehand and done; the words of the outcome."""
    preview = send(name, cases, by=by, step="preview", **more)
    assert preview.status_code == 200
    return send(name, tokens(preview), by=by, step="do", **more).content.decode()


def tag(code: str = "urged") -> Tag:
    by = world.actor("zhao")
    return tags.put(
        Firm.objects.get(), by=by, code=code, name_zh="催办", name_en="Urged", colour=Tag.Colour.RED
    )


def test_the_preview_says_of_each_what_would_be_and_does_nothing() -> None:
    mine, others, open_one = story.answered(), story.answered("wang"), story.triaged()
    entries = len(story.entries("cases.inquiry.close"))
    answer = send("close", [mine, others, open_one])
    shown = answer.content.decode()
    assert "Close 1 case" in shown
    assert tokens(answer) == [f"{mine.pk}:answered:{mine.owner_id}"]
    after = shown.partition("Cannot be done")[2]
    assert others.number in after
    assert "Another colleague answers for this case" in after
    assert open_one.number in after
    assert story.fresh(mine).state == "answered"
    assert len(story.entries("cases.inquiry.close")) == entries


def test_closed_each_with_an_entry_of_its_own() -> None:
    first, second = story.answered(), story.answered()
    shown = done("close", [first, second])
    assert "2 cases closed" in shown
    assert {story.fresh(one).state for one in (first, second)} == {"closed"}
    assert [one.subject_id for one in story.entries("cases.inquiry.close")] == [first.pk, second.pk]
    assert {one.how for case in (first, second) for one in case.closures.all()} == {"by_owner"}


def test_one_that_cannot_does_not_stop_the_others() -> None:
    first, second = story.answered(), story.answered("wang")
    shown = send("close", [first, second], step="do").content.decode()
    assert "1 case closed, 1 could not" in shown
    assert reverse("desk.case", args=[second.pk]) in shown
    assert (story.fresh(first).state, story.fresh(second).state) == ("closed", "answered")
    refused = story.entries("cases.inquiry.close", subject_id=second.pk)
    assert [one.refusal for one in refused] == ["not_the_owner"]


def test_one_that_somebody_moved_on_after_the_preview_is_put_aside() -> None:
    first, second = story.received(), story.received()
    owner = world.person("wang").pk
    preview = send("assign", [first, second], step="preview", owner=owner)
    ownership.take(first, by=world.actor("li"))
    shown = send("assign", tokens(preview), step="do", owner=owner).content.decode()
    assert "1 case assigned, 1 could not" in shown
    assert "Somebody has changed it since you looked" in shown
    assert story.fresh(first).owner == world.person("li")
    assert story.fresh(second).owner == world.person("wang")
    assert story.entries("cases.inquiry.assign", refusal="moved_on")[0].subject_id == first.pk


@pytest.mark.duty("4.4.1e")
def test_assigning_asks_to_whom_and_offers_only_who_may() -> None:
    cases = [story.received(), story.received()]
    answer = send("assign", cases)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert str(world.person("wang").pk) in shown
    assert str(world.person("xin").pk) not in shown
    assert send("assign", cases, step="preview", owner=world.person("xin").pk).status_code == 422
    assert send("assign", cases, step="do", owner="").status_code == 422
    assert "2 cases assigned" in done("assign", cases, owner=world.person("wang").pk)
    assert {story.fresh(one).owner for one in cases} == {world.person("wang")}


def test_tagging_and_taking_off() -> None:
    made, first, second = tag(), story.received(), story.received()
    tags.tag(first, by=world.actor("li"), tag=made)
    preview = send("tag", [first, second], step="preview", tag=made.pk).content.decode()
    assert "It has this tag already" in preview
    assert "1 case tagged" in done("tag", [first, second], tag=made.pk)
    tags.retire(made, by=world.actor("zhao"))
    assert "Taken off 2 cases" in done("untag", [first, second], tag=made.pk)
    assert not first.taggings.exists()
    assert [one.subject_id for one in story.entries("cases.tagging.remove")] == [first.pk, second.pk]


def test_a_tag_that_is_retired_is_not_offered() -> None:
    made, case = tag(), story.received()
    tags.retire(made, by=world.actor("zhao"))
    assert send("tag", [case], step="preview", tag=made.pk).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_two_people_close_the_same_at_once() -> None:
    cases = [story.answered(), story.answered()]
    chosen = tokens(send("close", cases))
    answers: list[str] = []

    def close() -> None:
        answers.append(send("close", chosen, step="do").content.decode())
        connection.close()

    people = [threading.Thread(target=close) for _person in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted("2 cases closed" in one for one in answers) == [False, True]
    assert sum("0 cases closed, 2 could not" in one for one in answers) == 1
    assert len(story.entries("cases.inquiry.close", refusal="")) == 2


def test_a_bound_on_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_forms, "CASES_MAX", 1)
    answer = send("close", [story.answered(), story.answered()], step="do")
    assert answer.status_code == 422
    assert "at most 1 cases" in answer.content.decode()
    assert story.entries("cases.inquiry.close") == []


def test_nothing_chosen() -> None:
    answer = send("close", [])
    assert answer.status_code == 422
    assert "Choose at least one case" in answer.content.decode()


@pytest.mark.parametrize("token", ["nonsense", "x:answered:", "{pk}:nowhere:", "{pk}:answered:nobody"])
def test_what_was_changed_on_the_way_is_not_read(token: str) -> None:
    case = story.answered()
    assert send("close", [token.replace("{pk}", str(case.pk))], step="do").status_code == 422
    assert story.fresh(case).state == "answered"


def test_what_the_reader_may_not_see_is_not_among_them() -> None:
    case, hidden = story.answered(), story.answered()
    hidden.conversation.exclusions.create(person=world.person("li"), since=hidden.received_at)
    shown = send("close", [case, hidden]).content.decode()
    assert case.number in shown
    assert hidden.number not in shown


def test_who_may_not_is_told_of_each() -> None:
    case = story.answered()
    shown = send("close", [case], by="sun", step="do").content.decode()
    assert "0 cases closed, 1 could not" in shown
    assert story.entries("cases.inquiry.close", refusal="permission_denied")
    assert story.fresh(case).state == "answered"


def test_no_other_verb_method_or_stranger() -> None:
    assert send("erase", [story.received()]).status_code == 404
    assert world.client("li").get(reverse("desk.many", args=["close"])).status_code == 405
    assert Client().post(reverse("desk.many", args=["close"])).status_code == 303


def test_the_list_has_boxes_for_who_may_and_ticks_all_when_asked() -> None:
    case = story.received()
    page = world.client("li").get("/cases/?show=waiting").content.decode()
    assert f'value="{case.pk}" form="many"' in page
    assert " checked" not in page.partition('class="row-check"')[2].partition(">")[0]
    page = world.client("li").get("/cases/?show=waiting&all=1").content.decode()
    assert " checked" in page.partition('class="row-check"')[2].partition(">")[0]
    assert "row-check" not in world.client("sun").get("/cases/?show=ours").content.decode()


def test_the_list_beside_it_stays_as_it_was() -> None:
    case = story.answered()
    address = reverse("desk.many", args=["close"]) + "?show=followed&tag=urged"
    shown = world.client("li").post(address, {"case": [case.pk]}).content.decode()
    assert "/cases/?show=followed&amp;tag=urged" in shown


def test_reopened_it_can_be_closed_with_the_others_again() -> None:
    case = story.closed()
    follow_up.reopen(case, by=world.actor("li"), how="by_staff")
    assert "1 case" not in send("close", [story.fresh(case)]).content.decode().partition("Cannot be done")[0]
