"""The regulation as data: complete, in both languages, in order, and loud when it is not."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainspoken.law import clauses
from plainspoken.law.clauses import Means, RegulationError, UnknownNumber

# fmt: off
NUMBERS = [
    "1.1", "1.2",
    "2",
    "3.1", "3.2", "3.3", "3.4", "3.5",
    "4.1.1", "4.1.2", "4.1.3",
    "4.2.1", "4.2.2", "4.2.3",
    "4.3.1", "4.3.2", "4.3.3",
    "4.4.1", "4.4.2", "4.4.3",
    "5.1.1", "5.1.2", "5.1.3", "5.1.4",
    "5.2.1", "5.2.2", "5.2.3",
    "5.3.1", "5.3.2", "5.3.3",
    "5.4.1", "5.4.2", "5.4.3",
    "6.1.1", "6.1.2", "6.1.3", "6.2.1", "6.2.2", "6.2.3",
    "P.1",
]
# fmt: on

PARTS = st.lists(st.integers(1, 40), min_size=1, max_size=3)
SENTENCE_ZH = re.compile("[。；]")
SENTENCE_EN = re.compile(r"\.(?= |$)")


def texts(language: str) -> list[str]:
    rows = [*clauses.headings(), *clauses.clauses(), *clauses.duties()]
    names = [f"title_{language}", f"text_{language}", f"reason_{language}"]
    return [text for row in rows for name in names if (text := getattr(row, name, ""))]


def test_every_clause_of_the_regulation_is_there_in_its_order() -> None:
    assert [clause.number for clause in clauses.clauses()] == NUMBERS


def test_chinese_is_chinese() -> None:
    for text in texts("zh"):
        assert not re.search(r"[A-Za-z,;:!?()]", text), text
        assert re.search(r"[\u4e00-\u9fff]", text), text


def test_english_is_english() -> None:
    for text in texts("en"):
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", text), text


@pytest.mark.parametrize("clause", clauses.clauses(), ids=lambda clause: clause.number)
def test_a_clause_is_told_in_a_few_sentences_and_broken_into_a_few_duties(clause: clauses.Clause) -> None:
    assert 2 <= len(clause.duties) <= 9
    assert 2 <= len(SENTENCE_ZH.findall(clause.text_zh)) <= 6
    assert 2 <= len(SENTENCE_EN.findall(clause.text_en)) <= 5
    assert clause.text_zh.endswith("。")
    assert clause.text_en.endswith(".")


def test_a_duty_is_one_sentence() -> None:
    for duty in clauses.duties():
        assert re.fullmatch("[^。]+。", duty.text_zh), duty.number
        assert SENTENCE_EN.findall(duty.text_en) == ["."], duty.number
        assert duty.text_en.endswith("."), duty.number
        assert not duty.title_zh.endswith("。"), duty.number
        assert not duty.title_en.endswith("."), duty.number


def test_the_inquiry_has_its_nine_duties() -> None:
    letters = [duty.letter for duty in clauses.clause("4.3.1").duties]
    assert letters == list("abcdefghi")


def test_a_duty_is_found_by_its_number() -> None:
    duty = clauses.duty("4.3.1f")
    assert (duty.clause, duty.letter, duty.means) == ("4.3.1", "f", Means.ENFORCED)
    assert duty in clauses.clause("4.3.1").duties


def test_duty_numbers_are_unique() -> None:
    numbers = [duty.number for duty in clauses.duties()]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("number", ["", "4", "4.3", "4.3.1f", "9.9"])
def test_an_unknown_clause_is_named(number: str) -> None:
    with pytest.raises(UnknownNumber, match=f"no clause '{number}'"):
        clauses.clause(number)


@pytest.mark.parametrize("number", ["", "4.3.1", "4.3.1z"])
def test_an_unknown_duty_is_named(number: str) -> None:
    with pytest.raises(UnknownNumber, match=f"no duty '{number}'"):
        clauses.duty(number)


def test_what_is_outside_says_why() -> None:
    for duty in clauses.duties():
        assert bool(duty.reason_zh) == bool(duty.reason_en) == (duty.means is Means.OUTSIDE)


@given(PARTS, PARTS)
def test_the_order_counts_numbers_and_puts_letters_last(left: list[int], right: list[int]) -> None:
    first, second = (".".join(map(str, parts)) for parts in (left, right))
    assert (clauses.order(first) < clauses.order(second)) == (left < right)
    assert clauses.order(first) < clauses.order("P.1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped regulation, to be spoilt."""
    return Path(shutil.copytree(clauses.FOLDER, tmp_path / "regulation"))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("1.toml", 'number = "1.2"', 'number = "1.1"', "clause 1.1 stands twice"),
        ("5.toml", 'number = "5.2"', 'number = "5.1"', "heading 5.1 stands twice"),
        ("1.toml", 'letter = "b"', 'letter = "c"', r"clause 1.1: duties must be lettered a, b, c.*'acc"),
        (
            "1.toml",
            'means = "planned"',
            'means = "hoped"',
            "1.1 duty e: 'hoped' is not .* enforced, assisted",
        ),
        ("1.toml", 'title_en = "Purpose"\n', "", "clause 1.1: title_en missing"),
        ("1.toml", 'title_zh = "总则"', 'title_zh = " "', "heading 1: title_zh empty"),
        ("1.toml", 'means = "planned"', 'means = "planned"\nby = "us"', "duty e: by unknown"),
        ("1.toml", 'means = "planned"', 'means = "outside"', "duty e: reasons in both languages"),
        ("3.toml", "reason_en =", "title =", "duty a: title unknown"),
        ("3.toml", 'means = "outside"', 'means = "planned"', "duty a: reasons in both languages"),
        ("4.toml", 'number = "4.3"\n', 'number = "4.9"\n', "clause 4.3.1: no heading 4.3"),
        ("p.toml", "[[headings]]", "[[chapters]]", "p.toml: expected headings and clauses"),
        ("p.toml", "[[headings]]", "[headings", "p.toml: "),
    ],
)
def test_a_spoilt_file_is_refused_by_name(folder: Path, file: str, old: str, new: str, message: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RegulationError, match=message):
        clauses.load(folder)


def test_a_clause_without_duties_is_refused(folder: Path) -> None:
    text = (folder / "p.toml").read_text(encoding="utf-8")
    (folder / "p.toml").write_text(text.split("[[clauses.duties]]")[0] + "duties = []\n", encoding="utf-8")
    with pytest.raises(RegulationError, match="duties must be lettered"):
        clauses.load(folder)
