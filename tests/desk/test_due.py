"""What is due: in whose sight, in which order, with how it was counted."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

import cost
import story
import world
from plainspoken.cases.actions import ownership
from plainspoken.conversations.models import Exclusion
from plainspoken.kernel import clock
from plainspoken.kernel.models import Deadline

pytestmark = pytest.mark.usefixtures("desk")
DUE = "/due/"
STATEMENTS_MAX = 25


def listed(username: str, **asked: str) -> list[str]:
    """The numbers of the cases in the list, in order."""
    page = world.client(username).get(DUE, asked)
    assert page.status_code == 200
    return re.findall(r'class="row-number">([^<]+)<', page.content.decode())


def test_who_has_not_signed_in_is_asked_to() -> None:
    answer = Client().get(DUE)
    assert answer.status_code == 303
    assert answer["Location"].startswith(reverse("organization.session.sign_in"))


def test_no_other_method() -> None:
    assert world.client("li").post(DUE).status_code == 405


def test_mine_are_mine_and_ours_are_ours() -> None:
    mine, others = story.taken("li"), story.taken("wang")
    assert listed("li") == [mine.number]
    assert sorted(listed("li", show="units")) == sorted([mine.number, others.number])


def test_the_nearest_comes_first() -> None:
    first = story.received()
    with clock.moved(clock.now() + timedelta(days=4)):
        second = story.received()
    assert listed("li", show="units") == [first.number, second.number]


def test_a_stranger_sees_none_and_supervision_all() -> None:
    case = story.taken("li")
    assert listed("zhou", show="units") == []
    assert listed("sun", show="units") == [case.number]


def test_who_is_excluded_sees_nothing_of_it() -> None:
    case = story.taken("wang")
    Exclusion.objects.create(conversation=case.conversation, person=world.person("li"), since=clock.now())
    assert listed("li", show="units") == []
    assert listed("wang", show="units") == [case.number]


def test_a_kind_can_be_chosen() -> None:
    case = story.asked("li", "personal-finance")
    assert len(listed("li", show="units")) == 2
    assert listed("li", show="units", kind="cases.told_time") == [case.number]
    assert listed("li", show="units", kind="nonsense") == listed("li", show="units")


def test_the_department_sees_what_it_owes() -> None:
    case = story.asked("li", "personal-finance")
    assert listed("chen", show="units") == [case.number]


def test_what_was_given_away_is_the_others() -> None:
    case = story.taken("li")
    ownership.assign(case, by=world.actor("zhao"), owner=world.person("wang"))
    assert listed("li") == []
    assert listed("wang") == [case.number]


def test_the_derivation_is_told_and_the_provisional_marked() -> None:
    story.taken("li")
    page = world.client("li").get(DUE, {}).content.decode()
    assert "derivation" in page
    deadline = Deadline.objects.get(kind="cases.first_reply")
    Deadline.objects.filter(pk=deadline.pk).update(provisional=True, missing_years=[2027])
    page = world.client("li").get(DUE).content.decode()
    assert "2027" in page


def test_a_cursor_of_another_list_is_refused() -> None:
    assert world.client("li").get(DUE, {"after": "nonsense"}).status_code == 400


def test_the_list_costs_the_same_for_one_and_for_many() -> None:
    story.taken("li")
    few = cost.statements("li", DUE)
    for _ in range(4):
        story.taken("li")
    assert cost.statements("li", DUE) <= few <= STATEMENTS_MAX
