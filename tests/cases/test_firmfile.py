"""Business lines and types of inquiry in a firm file (4.3.1 c, d)."""

import pytest

import world
from plainspoken.cases.actions import register
from plainspoken.cases.models import Line, Type
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import Refused
from plainspoken.organization import firmfile
from plainspoken.organization.firmfile import FirmFileRefused

FILE = """
[[lines]]
code = "card"
name_zh = "信用卡"
name_en = "Credit cards"
department = "{department}"
words = [{words}]

[[types]]
code = "fee"
name_zh = "收费"
name_en = "Fees"
words = ["年费", "fee"]
"""
BY = system("tests.register", "cases.line.put", "cases.type.put")
pytestmark = pytest.mark.usefixtures("firm")


def given(department: str = "credit-card", words: str = '"信用卡", "card"') -> str:
    return FILE.format(department=department, words=words)


@pytest.mark.duty("4.3.1c")
@pytest.mark.duty("4.3.1d")
def test_they_are_made_and_left_alone_the_second_time() -> None:
    assert firmfile.apply_text(given(), by=firmfile.actor()).made == ["line card", "type fee"]
    assert (Line.objects.get().department.code, Type.objects.get().words) == ("credit-card", ["年费", "fee"])
    assert firmfile.apply_text(given(), by=firmfile.actor()).made == []
    assert len(world.entries("cases.line.put")) == 1


def test_a_changed_file_changes_them() -> None:
    firmfile.apply_text(given(), by=firmfile.actor())
    assert firmfile.apply_text(given(words='"卡"'), by=firmfile.actor()).changed == ["line card"]
    assert Line.objects.get().words == ["卡"]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (given(department="nowhere"), 'lines[0].department: no unit "nowhere"'),
        (given(words='" "'), "lines[0]: An empty word suggests everything"),
        (given(words="7"), "lines[0].words[0]: must be a text"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(file: str, words: str) -> None:
    with pytest.raises(FirmFileRefused) as refused:
        firmfile.apply_text(file, by=firmfile.actor())
    assert words in str(refused.value)
    assert not Line.objects.exists()
    assert not Type.objects.exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["卡", " "], "word_empty"),
        (["长" * 41], "words_too_many"),
        ([str(n) for n in range(201)], "words_too_many"),
    ],
)
def test_words_that_suggest_nothing_are_refused(words: list[str], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        register.put_line(
            world.unit("credit-card"), by=BY, code="card", name_zh="卡", name_en="Card", words=words
        )
    assert world.entries("cases.line.put", refusal=reason)


def test_a_word_stands_once() -> None:
    line = register.put_line(
        world.unit("credit-card"),
        by=BY,
        code="card",
        name_zh="卡",
        name_en="Card",
        words=["卡", " 卡 ", "card"],
    )
    assert line.words == ["卡", "card"]
