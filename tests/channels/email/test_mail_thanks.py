"""Thanks and "received" in both languages, and nothing that asks for more."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainspoken.channels.email.quotes import thanks

CASES = tomllib.loads(Path(__file__).with_name("thanks_cases.toml").read_text(encoding="utf-8"))
THANKS, MORE = CASES["thanks"], CASES["more"]


@pytest.mark.parametrize("text", THANKS)
def test_thanks_need_no_answer(text: str):
    assert thanks(text)


@pytest.mark.parametrize("text", MORE)
def test_whatever_may_be_more_goes_to_a_person(text: str):
    assert not thanks(text)


def test_the_names_of_both_sides_may_stand_beside_it():
    assert not thanks("谢谢李经理")
    assert thanks("谢谢李经理", names=["李经理"])
    assert thanks("Hi Anna, thanks!\nPeter", names=["Anna", "Peter Smith", "Peter"])
    assert not thanks("谢谢", names=["谢谢"])


@settings(deadline=None)
@given(st.lists(st.sampled_from([text for text in THANKS if "祝" not in text]), min_size=1, max_size=4))
def test_thanks_upon_thanks_are_thanks(texts: list[str]):
    joined = "，".join(texts)
    assert thanks(joined) or len(joined) > 200


@settings(deadline=None)
@given(
    st.sampled_from(THANKS),
    st.sampled_from(["未到账", "为什么", "refund", "but", "卡号", "投诉", "7", "不", "?", "？", "when"]),
    st.booleans(),
)
def test_one_word_more_and_it_is_no_longer_only_thanks(text: str, word: str, first: bool):
    assert not thanks(f"{word}\n{text}" if first else f"{text}\n{word}")


def test_a_long_text_is_never_only_thanks():
    assert not thanks("谢谢" * 150)
