"""Telling a time, asking a department, answering the owner, taking the question back; closing and reopening."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

import story
import world
from plainspoken.cases import letters
from plainspoken.kernel import clock
from plainspoken.kernel.models import Deadline

pytestmark = pytest.mark.usefixtures("desk")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def in_days(days: int) -> str:
    """As the browser's picker sends it: the reader's clock, no zone."""
    return (clock.now() + timedelta(days=days)).astimezone(SHANGHAI).strftime("%Y-%m-%dT17:00")


@pytest.mark.duty("4.3.1f")
def test_telling_a_time_puts_it_into_the_words_and_makes_it_a_promise() -> None:
    case, browser = story.triaged(), world.client("li")
    shown = browser.get(reverse("cases.inquiry.tell_time", args=[case.pk])).content.decode()
    assert "{{until}}" in shown
    answer = story.post(
        browser, "cases.inquiry.tell_time", case.pk, {"told_at": in_days(2), "text": "{{until}}前答复。"}
    )
    assert answer.status_code == 303
    case = story.fresh(case)
    assert case.told_at
    assert case.told_at.astimezone(SHANGHAI).strftime("%H:%M") == "17:00"
    assert case.conversation.messages.get(kind="out").text == f"{letters.told(case, case.told_at)}前答复。"
    assert Deadline.objects.get(subject_id=case.pk, kind="cases.told_time").due_at == case.told_at
    assert story.entries("cases.inquiry.tell_time")[0].subject_id == case.pk


def test_a_time_that_has_passed_is_refused_and_the_words_are_kept() -> None:
    case = story.triaged()
    answer = story.post(
        world.client("li"), "cases.inquiry.tell_time", case.pk, {"told_at": in_days(-2), "text": "稍候答复。"}
    )
    assert answer.status_code == 422
    assert "told_time_past" in answer.content.decode()
    assert "稍候答复。" in answer.content.decode()


@pytest.mark.duty("4.3.1g")
def test_the_department_of_the_line_is_suggested_and_asked() -> None:
    case, browser = story.triaged(), world.client("li")
    shown = browser.get(reverse("cases.inquiry.hand_over", args=[case.pk])).content.decode()
    department = world.unit("credit-card")
    assert f'value="{department.pk}" selected' in shown
    assert str(world.unit("supervision").pk) not in shown
    sent = {"to": department.pk, "question": "请核实。", "told_at": in_days(3), "text": "{{until}}前答复。"}
    assert story.post(browser, "cases.inquiry.hand_over", case.pk, sent).status_code == 303
    case = story.fresh(case)
    assert (case.state, case.owner) == ("with_department", world.person("li"))
    assert case.hand_overs.get().to_unit == department
    assert case.hand_overs.get().question.text == "请核实。"


@pytest.mark.duty("4.3.1f")
def test_without_a_told_time_nobody_is_asked() -> None:
    case = story.triaged()
    sent = {"to": world.unit("credit-card").pk, "question": "请核实。", "told_at": "", "text": ""}
    answer = story.post(world.client("li"), "cases.inquiry.hand_over", case.pk, sent)
    assert answer.status_code == 422
    assert "told_time_missing" in answer.content.decode()
    assert "请核实。" in answer.content.decode()


def test_a_time_needs_words_for_the_customer() -> None:
    case = story.triaged()
    sent = {"to": world.unit("credit-card").pk, "question": "请核实。", "told_at": in_days(3), "text": ""}
    assert story.post(world.client("li"), "cases.inquiry.hand_over", case.pk, sent).status_code == 422
    assert story.fresh(case).state == "triaged"


def test_asking_again_needs_no_second_telling() -> None:
    case, browser = story.asked(), world.client("li")
    story.post(browser, "cases.inquiry.take_back", case.pk)
    shown = browser.get(reverse("cases.inquiry.hand_over", args=[case.pk])).content.decode()
    assert "{{until}}前" not in shown
    sent = {"to": world.unit("personal-finance").pk, "question": "请核实。", "told_at": "", "text": ""}
    assert story.post(browser, "cases.inquiry.hand_over", case.pk, sent).status_code == 303


@pytest.mark.duty("4.3.1h")
def test_the_department_answers_the_owner_inside_the_case() -> None:
    case, browser = story.asked(department="credit-card"), world.client("zhou")
    shown = browser.get(reverse("desk.case", args=[case.pk])).content.decode()
    assert reverse("cases.inquiry.answer_inside", args=[case.pk]) in shown
    assert reverse("cases.inquiry.answer", args=[case.pk]) not in shown
    assert (
        story.post(browser, "cases.inquiry.answer_inside", case.pk, {"text": "已核实。"}).status_code == 303
    )
    case = story.fresh(case)
    assert (case.state, case.owner) == ("department_answered", world.person("li"))
    assert case.hand_overs.get().answer.text == "已核实。"
    assert not case.conversation.messages.filter(kind="out", text="已核实。").exists()


def test_a_department_that_was_not_asked_does_not_answer() -> None:
    case = story.asked(department="credit-card")
    answer = story.post(world.client("zhao"), "cases.inquiry.answer_inside", case.pk, {"text": "我看过了。"})
    assert answer.status_code == 422
    assert "not_your_department" in answer.content.decode()
    assert "我看过了。" in answer.content.decode()


@pytest.mark.duty("4.3.1g")
def test_taking_the_question_back() -> None:
    case = story.asked()
    assert story.post(world.client("li"), "cases.inquiry.take_back", case.pk).status_code == 303
    assert story.fresh(case).state == "triaged"
    assert case.hand_overs.get().taken_back_at


@pytest.mark.parametrize("verb", ["cases.inquiry.take_back"])
def test_only_the_owner_takes_it_back(verb: str) -> None:
    answer = story.post(world.client("wang"), verb, story.asked().pk)
    assert answer.status_code == 422
    assert "not_the_owner" in answer.content.decode()


@pytest.mark.duty("4.3.1i")
def test_closing_and_reopening() -> None:
    case, browser = story.answered(), world.client("li")
    assert story.post(browser, "cases.inquiry.close", case.pk).status_code == 303
    assert (story.fresh(case).state, case.closures.get().how) == ("closed", "by_owner")
    assert story.post(browser, "cases.inquiry.reopen", case.pk).status_code == 303
    assert (story.fresh(case).state, case.reopenings.get().how) == ("triaged", "by_staff")


@pytest.mark.parametrize("verb", ["cases.inquiry.close", "cases.inquiry.reopen"])
def test_only_the_owner_closes_and_reopens(verb: str) -> None:
    case = story.answered()
    answer = story.post(world.client("wang"), verb, case.pk, fragment=True)
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#problem"
    assert story.fresh(case).state == "answered"
