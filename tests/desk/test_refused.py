"""Every verb of a case is refused in the same ways: to strangers, by post, by state, by method."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import story
import world
from plainspoken.cases.models import Case, Line, Type
from plainspoken.desk.urls import SAID_OF_CASE
from plainspoken.kernel import clock

pytestmark = pytest.mark.usefixtures("desk")


def judged() -> dict[str, Any]:
    return {"type": Type.objects.get(code="fee").pk, "line": Line.objects.get(code="card").pk}


def soon() -> str:
    return (clock.now() + timedelta(days=2)).isoformat()


# The verb, what its form sends, a state it is not possible in, whether it asks before it acts.
VERBS: dict[str, tuple[Callable[[], dict[str, Any]], Callable[[], Case], bool]] = {
    "cases.inquiry.take": (dict, story.closed, False),
    "cases.inquiry.assign": (lambda: {"owner": world.person("wang").pk}, story.closed, True),
    "cases.inquiry.triage": (judged, story.triaged, True),
    "cases.inquiry.reclassify": (judged, story.taken, True),
    "cases.inquiry.tell_time": (lambda: {"told_at": soon(), "text": "稍候"}, story.taken, True),
    "cases.inquiry.hand_over": (
        lambda: {"to": world.unit("credit-card").pk, "question": "?", "told_at": soon(), "text": "稍候"},
        story.taken,
        True,
    ),
    "cases.inquiry.take_back": (dict, story.triaged, False),
    "cases.inquiry.close": (dict, story.triaged, False),
    "cases.inquiry.reopen": (dict, story.triaged, False),
    "cases.inquiry.dismiss": (lambda: {"reason": "spam"}, story.answered, True),
    "cases.inquiry.restore": (dict, story.triaged, False),
    "cases.inquiry.answer": (lambda: {"text": "您好"}, story.taken, False),
    "cases.inquiry.answer_at_once": (lambda: {"text": "您好", **judged()}, story.triaged, False),
    "cases.inquiry.answer_inside": (lambda: {"text": "您好"}, story.triaged, False),
}

# Who has the permission and sees the case, where an agent has not.
HOLDER = {"cases.inquiry.answer_inside": "zhao"}


@pytest.fixture(params=VERBS)
def verb(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def send(browser: Client, verb: str, case: Case, *, fragment: bool = False) -> Any:
    return story.post(browser, verb, case.pk, VERBS[verb][0](), fragment=fragment)


def test_who_has_not_signed_in_is_asked_to(verb: str) -> None:
    answer = send(Client(), verb, story.received())
    assert answer.status_code == 303
    assert answer["Location"].startswith(reverse("organization.session.sign_in"))


def test_who_may_not_see_the_case_finds_nothing(verb: str) -> None:
    assert send(world.client("chen"), verb, story.received()).status_code == 404


def test_a_post_without_the_permission_is_told_so(verb: str) -> None:
    case = story.received()
    answer = send(world.client("sun"), verb, case)
    assert answer.status_code == 403
    assert "permission_denied" in answer.content.decode()
    assert [entry.refusal for entry in story.entries(verb, subject_id=case.pk)] == ["permission_denied"]
    assert story.fresh(case).state == "received"


def test_what_somebody_has_moved_on_is_no_longer_possible(verb: str) -> None:
    case = VERBS[verb][1]()
    before = case.state
    answer = send(world.client(HOLDER.get(verb, "li")), verb, case, fragment=True)
    assert answer.status_code == 409
    if verb.removeprefix("cases.inquiry.") in SAID_OF_CASE:
        assert "<ps-composer" in answer.content.decode()
    else:
        assert answer["HX-Retarget"] == "#problem"
    assert story.fresh(case).state == before
    assert story.entries(verb, subject_id=case.pk)[-1].refusal == "wrong_state"


def test_reading_is_not_acting(verb: str) -> None:
    case, before = story.received(), len(story.entries(verb))
    answer = world.client("li").get(reverse(verb, args=[case.pk]))
    assert answer.status_code == (200 if VERBS[verb][2] else 405)
    assert len(story.entries(verb)) == before


def test_no_other_method(verb: str) -> None:
    answer = world.client("li").delete(reverse(verb, args=[story.received().pk]))
    assert answer.status_code == 405
