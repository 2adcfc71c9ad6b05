"""Scripts: what may be said in a scene, in both languages, with variables that never leave unfilled."""

from typing import Any

import pytest

import world
from plainspoken.content import actions, checks, queries, variables
from plainspoken.content.models import Script
from plainspoken.kernel import ledger
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.language import CHINESE, ENGLISH
from plainspoken.kernel.models import Opening
from plainspoken.organization.models import Firm

BY = system("tests.scripts", "content.script.put", "content.script.retire")
pytestmark = pytest.mark.usefixtures("firm")


def put(code: str = "fee", **more: Any) -> Script:
    values = {
        "scene": "inquiry", "title_zh": "年费", "title_en": "Fee", "text_zh": "{{customer}}您好",
        "text_en": "Dear {{customer}}", **more,
    }  # fmt: skip
    return actions.put(Firm.objects.get(), by=BY, code=code, **values)


@pytest.mark.duty("4.2.1a")
def test_a_script_speaks_both_languages() -> None:
    script = put()
    assert queries.text_of(script, CHINESE) == "{{customer}}您好"
    assert queries.text_of(script, ENGLISH) == "Dear {{customer}}"
    entry = world.entries("content.script.put")[0]
    assert ledger.facts(bytes(entry.body)) == {"made": True, "script": str(script.pk)}
    assert Opening.objects.get(entry=entry).values["text_zh"][1] == "{{customer}}您好"


@pytest.mark.duty("4.2.1a")
def test_put_again_it_is_changed_and_what_it_said_stays_in_the_ledger() -> None:
    first = put()
    again = put(text_zh="尊敬的{{customer}}")
    assert (again.pk, again.text_zh) == (first.pk, "尊敬的{{customer}}")
    said = [
        Opening.objects.get(entry=entry).values["text_zh"][1] for entry in world.entries("content.script.put")
    ]
    assert said == ["{{customer}}您好", "尊敬的{{customer}}"]


@pytest.mark.parametrize("text_en", ["Dear customer", "Dear {{agent}}", "{{customer}} {{agent}}", "{{客户}}"])
def test_both_languages_ask_for_the_same(text_en: str) -> None:
    with pytest.raises(Refused, match="variables_differ"):
        put(text_en=text_en)
    assert not Script.objects.exists()


@pytest.mark.duty("4.2.1a")
def test_what_is_retired_is_used_by_nobody() -> None:
    script = put()
    actions.retire(script, by=BY)
    assert script.retired_at is not None
    assert list(queries.usable(frozenset())) == []
    assert world.entries("content.script.retire")[0].subject_id == script.pk
    put()
    assert [one.code for one in queries.usable(frozenset())] == ["fee"]


def test_of_the_whole_firm_or_of_a_unit() -> None:
    unit, other = world.unit("credit-card"), world.unit("marketing")
    put("a-whole")
    put("b-ours", unit=unit)
    put("c-theirs", unit=other)
    assert [one.code for one in queries.usable(frozenset({unit.pk}))] == ["a-whole", "b-ours"]
    assert [one.code for one in queries.usable(frozenset())] == ["a-whole"]


@pytest.mark.parametrize("name", ["li", "zhou", "sun", "admin"])
def test_not_everybody_writes_scripts(name: str) -> None:
    script = put()
    with pytest.raises(PermissionDenied):
        actions.retire(script, by=world.actor(name))


def test_the_head_does() -> None:
    actions.retire(put(), by=world.actor("zhao"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("no variables { here }", []),
        ("{{customer}}", ["customer"]),
        ("{{ customer }}, {{agent}}, {{customer}}", ["customer", "agent"]),
        ("{{客户姓名}}您好，{{Number_2}}", ["客户姓名", "Number_2"]),
        ("{{}} {{ }} {{{x}}}", ["x"]),
    ],
)
def test_variables_are_found_in_order(text: str, names: list[str]) -> None:
    assert variables.names(text) == names


def test_filling_leaves_what_has_no_value() -> None:
    assert variables.fill("{{a}} {{ b }} {{c}}", {"a": "甲", "b": "{{c}}"}) == "甲 {{c}} {{c}}"


@pytest.mark.duty("4.2.1b")
@pytest.mark.parametrize("text", ["尊敬的{{customer}}", "{{客户姓名}}您好", "{{ Name }}"])
def test_what_is_not_filled_never_leaves(text: str) -> None:
    with pytest.raises(Refused, match="variable_unfilled") as refused:
        checks.ready(text)
    assert refused.value.duty == "4.2.1b"


def test_braces_alone_are_no_variable() -> None:
    checks.ready("f(x) = {x}, {{}}")


@pytest.mark.parametrize(
    ("spoken", "text"), [(CHINESE, "编号 Q-1"), (ENGLISH, "Number Q-1"), ("fr", "Number Q-1")]
)
def test_a_letter_is_filled_in_the_customers_language(spoken: str, text: str) -> None:
    put("survey", scene="survey", text_zh="编号 {{number}}", text_en="Number {{number}}")
    assert queries.filled("survey", spoken, {"number": "Q-1"}) == text


def test_a_letter_without_a_script_is_not_written() -> None:
    put("survey", scene="survey", text_zh="评分", text_en="Rate", unit=world.unit("credit-card"))
    with pytest.raises(queries.NoScript, match="survey"):
        queries.filled("survey", "en", {})


def test_a_letter_whose_script_asks_for_more_is_not_written() -> None:
    put("survey", scene="survey", text_zh="{{number}}", text_en="{{number}}")
    Script.objects.filter(code="survey").update(text_en="{{number}}{{agent}}")
    with pytest.raises(ValueError, match="agent"):
        queries.filled("survey", "en", {"number": "Q-1"})


@pytest.mark.duty("4.2.1b")
@pytest.mark.parametrize(
    ("scene", "asks"), [("survey", "agent"), ("acknowledgement", "customer"), ("solved", "number")]
)
def test_a_letter_written_automatically_asks_for_what_it_is_given(scene: str, asks: str) -> None:
    text = f"{{{{{asks}}}}}"
    with pytest.raises(Refused, match="variable_unknown") as refused:
        put(scene=scene, text_zh=text, text_en=text)
    assert asks in str(refused.value.message)
    assert world.entries("content.script.put", "variable_unknown")


def test_of_several_the_first_by_code_is_the_letter() -> None:
    put("b", scene="survey", text_zh="二", text_en="two")
    put("a", scene="survey", text_zh="一", text_en="one")
    assert queries.filled("survey", "en", {}) == "one"
