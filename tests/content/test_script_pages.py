"""Scripts on screen, kept by the heads: the shelf, both languages, the example, retiring."""

from typing import Any

import pytest
from django.urls import reverse

import cost
import filling
import world
from plainspoken.content import shelf
from plainspoken.content.models import Script

pytestmark = pytest.mark.usefixtures("mailbox")
LIST, NEW = reverse("content.scripts"), reverse("content.script.add")
FEE = {
    "code": "fee", "scene": "inquiry", "title_zh": "年费", "title_en": "Annual fee",
    "text_zh": "{{customer}}您好，{{金额}}", "text_en": "Dear {{customer}}, {{金额}}",
}  # fmt: skip


def at(name: str, code: str = "fee") -> str:
    return reverse(name, args=[Script.objects.get(code=code).pk])


def made() -> Any:
    browser = world.client("zhao")
    assert filling.send(browser, NEW, **FEE).status_code == 303
    return browser


@pytest.mark.duty("4.2.1a")
def test_a_head_writes_a_script_in_both_languages() -> None:
    made()
    script = Script.objects.get(code="fee")
    assert (script.text_zh, script.unit) == (FEE["text_zh"], None)
    assert world.entries("content.script.put")[-1].actor_id == world.person("zhao").pk


def test_an_administrator_does_not() -> None:
    made()
    browser = world.client("admin")
    assert browser.get(LIST).status_code == browser.get(at("content.script")).status_code == 403


def test_its_page_shows_both_sides_filled_with_an_example_and_what_is_left() -> None:
    answer = made().get(at("content.script"))
    chinese, english = answer.context["sides"]
    assert chinese.filled == "张伟您好，{{金额}}"
    assert english.filled == "Dear Zhang Wei, {{金额}}"
    assert answer.context["by_hand"] == ["金额"]
    assert answer.context["told"].variables == ["customer", "金额"]


@pytest.mark.duty("4.2.1b")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text_en": "Dear customer"}, "text_en"),
        ({"scene": "acknowledgement"}, "text_en"),
        ({"scene": "song"}, "scene"),
        ({"title_zh": ""}, "title_zh"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(changed: dict[str, str], field: str) -> None:
    answer = filling.send(made(), at("content.script.put"), **changed)
    assert (answer.status_code, list(filling.errors(answer))) == (422, [field])
    assert Script.objects.get(code="fee").scene == "inquiry"


def test_two_at_once_the_second_is_told() -> None:
    browser = made()
    seen = filling.shown(browser.get(at("content.script.put")).context["form"])
    filling.send(browser, at("content.script.put"), title_en="Fee")
    answer = browser.post(at("content.script.put"), {**seen, "title_en": "Cost"})
    assert answer.status_code == 422
    assert Script.objects.get(code="fee").title_en == "Fee"


def test_retired_it_leaves_the_list_and_saved_again_it_is_back() -> None:
    browser = made()
    assert browser.post(at("content.script.retire")).status_code == 303
    assert "fee" not in [row.script.code for row in browser.get(LIST).context["rows"]]
    assert [row.script.code for row in browser.get(LIST, {"scene": "retired"}).context["rows"]] == ["fee"]
    assert world.entries("content.script.retire")
    assert filling.send(browser, at("content.script.put")).status_code == 303
    assert Script.objects.get(code="fee").retired_at is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"scene": "inquiry"}, True),
        ({"scene": "survey"}, False),
        ({"q": "年费"}, True),
        ({"q": "annual 您好"}, True),
        ({"q": "loan"}, False),
    ],
)
def test_a_script_is_found_by_scene_and_words(asked: dict[str, str], found: bool) -> None:
    rows = made().get(LIST, asked).context["rows"]
    assert ("fee" in [row.script.code for row in rows]) is found


def test_of_letters_the_one_that_is_sent_is_told() -> None:
    browser = world.client("zhao")
    filling.send(
        browser, NEW, **{**FEE, "code": "zz", "scene": "survey", "text_zh": "评分", "text_en": "Rate"}
    )
    told = {row.script.code: row for row in shelf.told(list(Script.objects.filter(scene="survey")))}
    assert (told["survey"].sent, told["zz"].sent, told["zz"].behind) == (True, False, "survey")


def test_a_list_costs_the_same_however_long_it_is() -> None:
    few = cost.statements("zhao", LIST)
    for number in range(8):
        filling.send(world.client("zhao"), NEW, **{**FEE, "code": f"s{number}"})
    assert cost.statements("zhao", LIST) == few
