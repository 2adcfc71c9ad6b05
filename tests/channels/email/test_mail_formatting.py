"""The HTML of our letters: what it says, that it is safe, and that it looks the same without any network."""

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.test_mail_compose import LETTER
from plainspoken.channels.email import html as readers
from plainspoken.channels.email.compose import compose
from plainspoken.channels.email.formatting import html
from plainspoken.channels.email.parse import read

FETCHED = re.compile(r"<(?:img|link|script|iframe|video|object|style)|url\(|@import|\ssrc=", re.IGNORECASE)


def test_paragraphs_lines_and_the_signature_apart() -> None:
    made = html("您好：\n\n第一行\n第二行", "海岸银行\n95500", "zh-hans")
    assert '<html lang="zh-hans">' in made
    assert "<p>您好：</p>\n<p>第一行<br>\n第二行</p>" in made
    assert made.index("border-top") < made.index("<p>海岸银行<br>\n95500</p>")
    assert "border-top" not in html("您好", "", "zh-hans")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("见 https://haian.example/q/1?a=b&c=d 。", "https://haian.example/q/1?a=b&amp;c=d"),
        ("请点开https://haian.example/s/x_y-z，谢谢", "https://haian.example/s/x_y-z"),
        ("See https://haian.example/a. Thanks", "https://haian.example/a"),
        ("(http://haian.example/a)", "http://haian.example/a"),
        ("链接：https://haian.example/你好", "https://haian.example/"),
    ],
)
def test_an_address_is_a_link_that_shows_where_it_leads(text: str, address: str) -> None:
    assert f'<a href="{address}">{address}</a>' in html(text, "", "zh-hans")


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "ftp://haian.example", "www.haian.example", "https://"]
)
def test_nothing_else_is_a_link(text: str) -> None:
    assert "<a " not in html(text, "", "en")


def test_tags_in_the_text_stay_words() -> None:
    made = html('<script>x</script> https://a.example/"><img src=x>', "<b>我们</b>", "zh-hans")
    assert not FETCHED.search(re.sub(r"&lt;.*?&gt;", "", made))
    assert "&lt;b&gt;我们&lt;/b&gt;" in made


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_fetches_and_runs_nothing(text: str) -> None:
    tags = "".join(re.findall(r"<[^>]*>", html(text, text, "en")))
    assert not FETCHED.search(tags)
    assert set(re.findall(r"</?([a-z]+)", tags)) <= {"html", "head", "meta", "body", "div", "p", "br", "a"}


def test_both_forms_say_the_same_and_are_signed() -> None:
    parsed = read(compose(dataclasses.replace(LETTER, text="您好：\n\n已到账。", signature="海岸银行")))
    assert parsed.text.rstrip() == "您好：\n\n已到账。\n\n海岸银行"
    assert readers.to_text(parsed.html) == "您好：\n\n已到账。\n\n海岸银行"
