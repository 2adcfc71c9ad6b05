"""Business lines and types: what inquiries are judged by, and the words that suggest them."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

import world
from plainspoken.cases.actions import register
from plainspoken.cases.models import Line, Type
from plainspoken.kernel import ledger
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.organization.models import Firm

BY = system("tests.register", "cases.line.put", "cases.type.put")
pytestmark = pytest.mark.usefixtures("firm")


def line(words: list[str], **more: Any) -> Line:
    values = {"code": "card", "name_zh": "信用卡", "name_en": "Credit cards", **more}
    return register.put_line(world.unit("credit-card"), by=BY, words=words, **values)


def kind(words: list[str], **more: Any) -> Type:
    values = {"code": "fee", "name_zh": "费用", "name_en": "Fees", **more}
    return register.put_type(Firm.objects.get(), by=BY, words=words, **values)


@pytest.mark.duty("4.3.1d")
def test_a_line_names_the_department_that_knows_it() -> None:
    made = line(["信用卡", " 年费 ", "信用卡"])
    assert (made.department, made.words) == (world.unit("credit-card"), ["信用卡", "年费"])
    entry = world.entries("cases.line.put")[0]
    assert (entry.subject_type, entry.subject_id) == ("organization.unit", made.department.pk)
    assert ledger.facts(bytes(entry.body))["row"] == str(made.pk)


@pytest.mark.duty("4.3.1d")
def test_put_again_it_is_changed() -> None:
    first = line(["信用卡"])
    again = line(["贷记卡"], name_zh="贷记卡")
    assert (again.pk, again.name_zh, again.words) == (first.pk, "贷记卡", ["贷记卡"])
    assert [ledger.facts(bytes(one.body))["made"] for one in world.entries("cases.line.put")] == [True, False]


@pytest.mark.duty("4.3.1c")
def test_a_type_and_its_words() -> None:
    assert kind(["年费", "fee"]).words == ["年费", "fee"]
    assert kind([]).words == []
    assert Type.objects.count() == 1
    assert len(world.entries("cases.type.put")) == 2


@pytest.mark.parametrize("put", [line, kind])
@pytest.mark.parametrize("words", [[""], ["信用卡", "   "]])
def test_an_empty_word_would_suggest_everything(put: Any, words: list[str]) -> None:
    with pytest.raises(Refused, match="word_empty"):
        put(words)
    assert not Line.objects.exists()
    assert not Type.objects.exists()


@pytest.mark.parametrize("put", [line, kind])
@pytest.mark.parametrize(
    "words",
    [["卡" * (register.WORD_CHARACTERS_MAX + 1)], [str(one) for one in range(register.WORDS_MAX + 1)]],
)
def test_more_or_longer_words_than_can_suggest_anything(put: Any, words: list[str]) -> None:
    with pytest.raises(Refused, match="words_too_many"):
        put(words)


def test_as_many_and_as_long_as_allowed() -> None:
    assert len(line([f"{one:040}" for one in range(register.WORDS_MAX)]).words) == register.WORDS_MAX


@pytest.mark.parametrize("name", ["li", "zhao", "sun"])
def test_the_staff_do_not_put_lines_or_types(name: str) -> None:
    by = world.actor(name)
    with pytest.raises(PermissionDenied):
        register.put_line(world.unit("credit-card"), by=by, code="x", name_zh="x", name_en="x", words=[])
    with pytest.raises(PermissionDenied):
        register.put_type(Firm.objects.get(), by=by, code="x", name_zh="x", name_en="x", words=[])


def test_a_code_stands_once() -> None:
    made = line([])
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(
            id=world.person("li").pk, code=made.code, name_zh="x", name_en="x", department=made.department
        )


@pytest.mark.parametrize("remove", [register.remove_line, register.remove_type])
def test_what_no_case_was_judged_by_is_removed(remove: Any) -> None:
    row = line(["卡"]) if remove is register.remove_line else kind(["费"])
    remove(row, by=world.actor("admin"))
    assert not type(row).objects.exists()
    assert world.entries("cases.line.remove" if isinstance(row, Line) else "cases.type.remove")
