"""Search: what is found, by whom, and how it is shown."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

import cost
import story
import world
from plainspoken.conversations.models import Exclusion
from plainspoken.desk.queries import hits
from plainspoken.kernel import clock, drain, text
from plainspoken.ui import tables

pytestmark = pytest.mark.usefixtures("desk")
SEARCH = "/search/"
STATEMENTS_MAX = 38


def found(username: str, words: str) -> list[str]:
    """The numbers of the cases whose messages were found, in order."""
    page = world.client(username).get(SEARCH, {"q": words})
    assert page.status_code == 200
    return re.findall(r'class="row-number">([^<]+)<', page.content.decode())


def snippet(words: str, looked_for: str) -> list[tuple[str, bool]]:
    return [(one.text, one.hit) for one in hits.snippet(words, text.query(looked_for))]


def test_who_has_not_signed_in_is_asked_to() -> None:
    assert Client().get(SEARCH)["Location"].startswith(reverse("organization.session.sign_in"))


def test_no_other_method() -> None:
    assert world.client("li").post(SEARCH, {"q": "年费"}).status_code == 405


@pytest.mark.parametrize("words", ["年费为什么", '"又扣了一次"', "信用卡 核实", "年"])
def test_words_of_a_message_find_its_case(words: str) -> None:
    case = story.received()
    assert set(found("li", words)) == {case.number}


@pytest.mark.parametrize("words", ["", "   ", "没有这样的词", "年费 没有这样的词", "%", "'"])
def test_what_is_not_there_is_not_found(words: str) -> None:
    story.received()
    assert found("li", words) == []


def test_only_those_who_see_the_conversation_find_it() -> None:
    case = story.received()
    assert found("chen", "年费为什么") == []
    assert found("sun", "年费为什么") == [case.number]
    Exclusion.objects.create(conversation=case.conversation, person=world.person("li"), since=clock.now())
    assert found("li", "年费为什么") == []


def test_a_department_that_was_asked_finds_it() -> None:
    case = story.asked("li", "personal-finance")
    drain.run_until_empty("search")
    assert case.number in found("chen", "年费为什么")
    assert found("zhou", "年费为什么") == []


def test_the_number_of_a_case_finds_the_case() -> None:
    case = story.received()
    for username, seen in (("li", True), ("sun", True), ("chen", False)):
        page = world.client(username).get(SEARCH, {"q": case.number.lower()}).content.decode()
        assert (reverse("desk.case", args=[case.pk]) in page) == seen


def test_the_name_of_a_customer_finds_the_customer() -> None:
    case = story.received()
    for username, seen in (("li", True), ("chen", False)):
        page = world.client(username).get(SEARCH, {"q": "婉清"}).content.decode()
        assert (reverse("desk.customer", args=[case.customer_id]) in page) == seen


def test_the_hit_is_marked_where_it_stands() -> None:
    story.received()
    page = world.client("li").get(SEARCH, {"q": "年费"}).content.decode()
    assert "我的信用卡<mark>年费</mark>为什么" in page


def test_the_hit_is_marked_in_the_subject_too() -> None:
    story.received("请核实。", subject="信用卡年费问题")
    page = world.client("li").get(SEARCH, {"q": "年费"}).content.decode()
    assert 'class="row-what">信用卡<mark>年费</mark>问题</span>' in page


def test_marks_come_from_the_search_and_from_nowhere_else() -> None:
    story.received("<mark>年费</mark> <script>alert(1)</script>")
    page = world.client("li").get(SEARCH, {"q": "年费"}).content.decode()
    assert "&lt;mark&gt;<mark>年费</mark>&lt;/mark&gt;" in page
    assert "<script>alert" not in page


def test_a_snippet_is_cut_around_its_first_hit() -> None:
    before, after = "前" * 100, "后" * 500
    parts = snippet(f"{before}年费{after}", "年费")
    assert parts[0] == ("…" + "前" * hits.BEFORE_CHARACTERS, False)
    assert parts[1] == ("年费", True)
    assert parts[-1][0].endswith("…")
    assert sum(len(one) for one, _hit in parts) < hits.SNIPPET_CHARACTERS + hits.BEFORE_CHARACTERS + 3
    assert snippet("年费 在前", "年费") == [("年费", True), (" 在前", False)]
    assert snippet("没有", "年费") == [("没有", False)]


def test_the_newest_first_a_page_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = story.received(), story.received()
    monkeypatch.setattr(tables, "PAGE_ROWS", 1)
    page = world.client("li").get(SEARCH, {"q": "年费为什么"}).content.decode()
    assert (second.number in page, first.number in page) == (True, False)
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    page = world.client("li").get(SEARCH + html.unescape(older[1])).content.decode()
    assert (second.number in page, first.number in page) == (False, True)


def test_the_page_costs_the_same_for_one_and_for_many() -> None:
    story.received()
    address = f"{SEARCH}?q=年费"
    few = cost.statements("li", address)
    for _ in range(4):
        story.received()
    assert cost.statements("li", address) <= few <= STATEMENTS_MAX


@pytest.mark.duty("5.1.4b")
def test_the_administrator_reads_no_conversation() -> None:
    case, browser = story.answered(), world.client("admin")
    assert "row-link" not in browser.get("/cases/?show=ours").content.decode()
    found = browser.get("/search/?q=信用卡").content.decode()
    assert case.number not in found
    assert "陈婉清" not in found
    page = browser.get(f"/cases/{case.pk}/")
    assert page.status_code == 404
    assert story.QUESTION not in page.content.decode()
