"""The operators of the search and the filters that say the same, in both languages."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client

import story
import world
from desk.test_search import SEARCH, found
from plainspoken.cases.models import Case
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Exclusion
from plainspoken.desk import asking
from plainspoken.desk.asking import Condition, read
from plainspoken.desk.queries import hits
from plainspoken.kernel import clock, drain

pytestmark = pytest.mark.usefixtures("desk")
BILL = ("账单.pdf", "application/pdf", b"%PDF-1.7")


@pytest.fixture
def cases(desk: None) -> tuple[Case, Case]:
    """The fee of 陈婉清, answered by Li; the lost card of 周海, with a file and in nobody's hands."""
    answered = story.answered()
    lost = story.received("我的卡丢了", subject="挂失", sender="zhou@example.org", name="周海", files=(BILL,))
    drain.run_until_empty()
    return answered, lost


def which(cases: tuple[Case, Case], words: str, username: str = "li", **chosen: str) -> str:
    """`a`, `b`, `ab` or nothing: whose messages were found."""
    page = world.client(username).get(SEARCH, {"q": words, **chosen}).content.decode()
    assert "alert-danger" not in page
    return "".join(
        letter
        for letter, case in zip("ab", cases, strict=True)
        if f'class="row-number">{case.number}<' in page
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("年费 OR 丢了", "ab"),
        ("年费 或 丢了", "ab"),
        ("年费 OR 丢了 信用卡", "a"),
        ("卡 -丢了", "a"),
        ("卡 －丢了", "a"),
        ('卡 -"卡丢了"', "a"),
        ("“我的卡”", "b"),
        ("from:陈婉清", "a"),
        ("发件人：陈婉清", "a"),
        (f"from:{story.CUSTOMER}", "a"),
        ("from:zh***@example.org", "b"),
        ("-from:陈婉清 卡丢了", "b"),
        ("to:陈婉清", "a"),
        ("收件人：service@haian.example", "ab"),
        ("subject:挂失", "b"),
        ("主题：年费", "a"),
        ("state:answered", "a"),
        ("状态：已答复", "a"),
        ("state:Received", "b"),
        ("kind:out", "a"),
        ("类别：内部备注", ""),
        ("owner:li", "a"),
        ("主办人：我", "a"),
        ("-owner:me kind:in", "b"),
        ("unit:cs-team-1", "ab"),
        ("部门：客服一组", "ab"),
        ("unit:credit-card", ""),
        ("channel:service@haian.example", "ab"),
        ("has:file", "b"),
        ("有附件", "b"),
        ("-有附件 kind:in", "a"),
        ("after:2020-01-01 丢了", "b"),
        ("晚于：2020年1月1日 丢了", "b"),
        ("before:2020/01/01", ""),
        ("早于：2999-01-01 年费", "a"),
        ("http://nothing 年费", ""),
    ],
)
def test_each_operator_finds_what_it_says(cases: tuple[Case, Case], words: str, expected: str) -> None:
    assert which(cases, words) == expected


def test_the_number_of_a_case_in_either_case(cases: tuple[Case, Case]) -> None:
    assert which(cases, f"number:{cases[0].number.lower()}") == "a"
    assert which(cases, f"编号：{cases[1].number}") == "b"


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"state": "answered"}, "a"),
        ({"kind": "out"}, "a"),
        ({"unit": "credit-card"}, ""),
        ({"channel": "service@haian.example"}, "ab"),
        ({"from_day": "2020-01-01", "until_day": "2020-01-02"}, ""),
        ({"from_day": "2020-01-01"}, "ab"),
    ],
)
def test_a_filter_says_the_same_as_its_operator(
    cases: tuple[Case, Case], chosen: dict[str, str], expected: str
) -> None:
    assert which(cases, "", **chosen) == expected
    if expected:
        assert which(cases, "丢了", **chosen) == expected.replace("a", "")


@pytest.mark.parametrize(
    "words",
    [
        *("state:nothing", "kind:letter", "unit:nowhere", "owner:nobody", "number:12", "has:money"),
        *("after:yesterday", "before:2026-02-30", "channel:x@y.example", "晚于：昨天", "状态：没有"),
    ],
)
def test_a_value_that_says_nothing_is_told_and_loses_nothing(words: str) -> None:
    story.received()
    page = world.client("li").get(SEARCH, {"q": f"年费 {words}", "kind": "in"}).content.decode()
    assert "alert-danger" in page
    assert f'value="年费 {words}"' in page
    assert 'value="in" selected' in page
    assert "row-number" not in page


def test_no_operator_shows_what_one_may_not_see(cases: tuple[Case, Case]) -> None:
    for words in ("has:file", f"number:{cases[1].number}", "unit:cs-team-1", "from:周海", "-年费"):
        assert found("chen", words) == []
        assert found("sun", words) != []
    for case in cases:
        Exclusion.objects.create(conversation=case.conversation, person=world.person("li"), since=clock.now())
    for words in ("has:file", "owner:me", "state:answered", "-没有这样的词"):
        assert found("li", words) == []


def test_the_owner_finds_what_went_to_another_unit(cases: tuple[Case, Case]) -> None:
    Case.objects.filter(pk=cases[1].pk).update(owner=world.person("chen"))
    assert which(cases, "丢了", username="chen") == "b"


def test_the_operators_are_explained_on_the_page() -> None:
    page = world.client("li").get(SEARCH).content.decode()
    for name, chinese in asking.OPERATORS.items():
        assert name in page
        assert chinese in page or name == "channel"


def test_of_a_note_only_those_who_see_the_conversation_find_it(cases: tuple[Case, Case]) -> None:
    send.add_note(cases[1].conversation, by=world.actor("li"), text="客户很着急")
    drain.run_until_empty("search")
    assert which(cases, "kind:note 着急") == "b"
    assert found("chen", "kind:note") == []


@pytest.mark.parametrize(
    ("typed", "words", "without", "conditions"),
    [
        ("", (), (), ()),
        ("a b", (("a",), ("b",)), (), ()),
        ("a OR b | c d", (("a", "b", "c"), ("d",)), (), ()),
        ("OR a OR", (("a",),), (), ()),
        ('"a b" 「丙 丁」', (('"a b"',), ('"丙 丁"',)), (), ()),
        ("-a －b", (), ("a", "b"), ()),
        ('-"a b"', (), ('"a b"',), ()),
        ("Q-2026-000123", (("Q-2026-000123",),), (), ()),
        ("from:x", (), (), (Condition("from", "x"),)),
        ("FROM:x", (), (), (Condition("from", "x"),)),
        ("主题：“年 费”", (), (), (Condition("subject", "年 费"),)),
        ("-有附件", (), (), (Condition("has", "file", without=True),)),
        ("说:好 http://a.example", (("说:好",), ("http://a.example",)), (), ()),
        ("from:", (("from:",),), (), ()),
        ("-", (("-",),), (), ()),
    ],
)
def test_what_is_typed_is_taken_apart(typed: str, words: Any, without: Any, conditions: Any) -> None:
    asked = read(typed)
    assert (asked.words, asked.without, asked.conditions) == (words, without, conditions)


def test_a_day_begins_at_midnight_where_the_reader_is(cases: tuple[Case, Case]) -> None:
    today = clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert which(cases, f"丢了 after:{today}") == "b"
    assert which(cases, f"丢了 before:{today}") == ""
    assert which(cases, f"丢了 before:{today + timedelta(days=1)}") == "b"


def test_nobody_searches_without_signing_in() -> None:
    assert Client().get(SEARCH, {"q": "has:file"}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "index"),
    [
        ("年费退回", "search_words"),
        ("年费 OR 利息", "search_words"),
        ("has:file", "search_time"),
        ("-年费", "search_time"),
    ],
)
def test_what_is_asked_for_is_read_from_an_index(cases: tuple[Case, Case], typed: str, index: str) -> None:
    """On a table this small the planner would read everything, so it is told not to; what counts is that it can."""
    rows = hits.rows(read(typed), world.actor("li"))
    assert rows is not None
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"SET LOCAL {'enable_sort' if index == 'search_time' else 'enable_indexscan'} = off")
    assert index in rows.explain()
