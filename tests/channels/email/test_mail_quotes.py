"""Chinese heads, signatures and forwards: what is cut, and above all what is not."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainspoken.channels.email.html import to_text
from plainspoken.channels.email.quotes import visible

WROTE = "我想问一下，赎回什么时候到账？"
MARKED = "> 尊敬的客户，您好：\n> 您的问题已收到。\n>\n> 海岸银行"
HEAD = "海岸银行 <service@haian.example> 于2026年11月20日周五 10:20写道：\n"
CASES = tomllib.loads(Path(__file__).with_name("quote_cases.toml").read_text(encoding="utf-8"))
BELOW, KEPT = CASES["below"], CASES["kept"]
REPLIES = tomllib.loads(Path(__file__).with_name("zh_replies.toml").read_text(encoding="utf-8"))["reply"]


@pytest.mark.parametrize("below", BELOW.values(), ids=BELOW.keys())
def test_what_stands_below_the_customers_words_is_folded(below: str):
    assert visible(f"{WROTE}\n\n{below}\n") == WROTE


@pytest.mark.parametrize("below", BELOW.values(), ids=BELOW.keys())
def test_line_endings_of_windows_change_nothing(below: str):
    assert visible(f"{WROTE}\n\n{below}\n".replace("\n", "\r\n")) == WROTE


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_the_customer_wrote_is_never_folded(text: str):
    assert visible(text) == text


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply["name"])
def test_of_a_whole_chinese_mail_what_its_writer_wrote_is_shown(reply: dict[str, Any]):
    text = reply["text"] if "text" in reply else to_text(reply["html"])
    assert visible(text, forwarded=reply.get("forwarded", False)) == reply["visible"]


def test_an_answer_below_the_quotation_is_kept():
    assert visible(f"{HEAD}\n{MARKED}\n\n{WROTE}") == WROTE
    assert visible(f"您好\n\n{HEAD}\n{MARKED}\n\n{WROTE}") == f"您好\n\n{WROTE}"


def test_answers_between_quoted_lines_are_kept():
    assert visible(f"{HEAD}\n> 姓名？\n\n张三\n\n> 电话？\n\n138") == "张三\n\n138"


def test_a_head_on_the_line_of_the_answer():
    head = '在 2026-11-20 10:20:31，"海岸银行" <service@haian.example> 写道：'
    assert visible(f"{WROTE} {head}\n{MARKED}") == WROTE


def test_a_forward_by_its_subject_keeps_the_block():
    text = f"请处理\n\n{BELOW['outlook']}"
    assert visible(text, forwarded=True) == text
    assert visible(text) == "请处理"


SENTENCES = [
    "赎回没有到账",
    "Where is my money?",
    "卡号 6222",
    "请处理",
    "- 第一",
    "5月3日 10:30 转账",
    "a@b.example 是我的邮箱",
    "发件人：李四",
    "日期：5月3日 10:30",
    "On Monday I wrote",
    "--",
    "来自上海",
    "",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6), st.sampled_from(sorted(BELOW.values())))
def test_every_sentence_of_the_customer_is_shown(sentences: list[str], below: str):
    shown = visible("\n".join(sentences) + f"\n{below}")
    assert all(sentence in shown for sentence in sentences if sentence != "--")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab中>-_ \n:：写道@<>1./年月日在于", max_size=300))
def test_nothing_is_invented(text: str):
    lines = {line.strip() for line in text.split("\n")}
    assert all(any(line.strip() in one for one in lines) for line in visible(text).split("\n"))


def test_words_about_pgp_are_words():
    text = "x-----BEGIN PGP SIGNED MESSAGE-----\n\nx-----BEGIN PGP SIGNATURE-----"
    assert visible(text) == text
