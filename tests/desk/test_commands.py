"""The command bar: what may be done where one is, in both languages, and what is found by number and name."""

import html
import re
from collections.abc import Mapping

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

import story
import world
from plainspoken.desk import commands
from plainspoken.kernel import action
from plainspoken.kernel.models import Read

pytestmark = pytest.mark.usefixtures("desk")
BAR, FOUND = "/commands/", "/commands/found/"


def offered(username: str, address: str = BAR, **asked: str) -> Mapping[str, str]:
    """The codes of what the bar offers, with where each leads."""
    page = world.client(username).get(address, asked, headers={"HX-Request": "true"})
    assert page.status_code == 200
    found = re.findall(
        r'data-code="([^"]+)"[^>]*?(?:href|hx-post|formaction)="([^"]+)"', page.content.decode(), re.DOTALL
    )
    return {code: html.unescape(to) for code, to in found}


def at(case: object) -> str:
    return reverse("desk.case", args=[case.pk])  # type: ignore[attr-defined]


def test_only_for_who_is_signed_in_and_only_asked() -> None:
    for address in (BAR, FOUND):
        assert Client().get(address).status_code == 303
        assert world.client("li").post(address).status_code == 405


def test_the_verbs_of_the_open_case_with_the_list_kept() -> None:
    case = story.triaged("li")
    here = offered("li", at=at(case), show="mine", sort="due")
    assert here["cases.inquiry.hand_over"] == f"{at(case)}hand-over/?show=mine&sort=due"
    assert here["cases.inquiry.answer"].startswith(f"{at(case)}?show=mine&sort=due&mode=")
    assert not {"cases.inquiry.take", "cases.inquiry.close"} & set(here)


def test_a_colleague_who_does_not_own_it_is_offered_less() -> None:
    here = offered("wang", at=at(story.triaged("li")))
    assert "cases.inquiry.hand_over" not in here
    assert "cases.inquiry.take" in here


@pytest.mark.parametrize(
    "address", ["/cases/0190a5a0-0000-7000-8000-000000000000/", "/nowhere/", "", "nonsense"]
)
def test_where_nothing_is_open_there_is_what_is_everywhere(address: str) -> None:
    here = offered("li", at=address)
    assert "cases.queue.take_next" in here
    assert "desk.inbox" in here
    assert "cases.inquiry.take" not in here


def test_of_a_case_one_may_not_see_nothing_is_offered_and_no_reading_is_noted() -> None:
    case = story.triaged("li")
    assert "conversations.note.add" not in offered("chen", at=at(case))
    reads = Read.objects.count()
    offered("li", at=at(case))
    assert Read.objects.count() == reads


def test_permission_decides_what_is_everywhere() -> None:
    assert "cases.queue.take_next" not in offered("sun")
    assert "ledger.verify" in offered("sun")
    assert "ledger.verify" not in offered("li")


def test_both_languages_find_it() -> None:
    page = (
        world.client("li").get(BAR, headers={"HX-Request": "true", "Accept-Language": "en"}).content.decode()
    )
    words = re.findall(r'data-words="([^"]+)"', page)
    assert any("Take the next case" in one and "领取" in one for one in words), words


def test_language_and_appearance_can_be_switched_to_what_they_are_not() -> None:
    here = offered("li")
    assert here["ui.language.en"] == "/ui/language"
    assert "ui.language.zh-hans" not in here
    assert {"ui.theme.light", "ui.theme.dark", "ui.theme.auto"} <= set(here)


@pytest.mark.parametrize("one", commands.EVERYWHERE, ids=lambda one: one.code)
def test_what_is_everywhere_is_an_action_with_an_address(one: commands.Everywhere) -> None:
    assert one.code in action.specs
    assert resolve(reverse(commands.ADDRESSES.get(one.code, one.code)))


def test_a_case_is_found_by_its_number_or_its_last_digits_and_a_customer_by_name() -> None:
    case = story.received()
    for words in (case.number, case.number.lower(), str(int(case.number[-6:]))):
        assert f"case:{case.pk}" in offered("li", FOUND, q=words)
    assert f"customer:{case.customer_id}" in offered("li", FOUND, q="陈婉")
    assert offered("li", FOUND, q="") == {}
    assert offered("chen", FOUND, q=case.number) == {}
    assert offered("chen", FOUND, q="陈婉") == {}


def test_it_costs_the_same_whatever_is_open() -> None:
    case, browser = story.triaged("li"), world.client("li")
    with CaptureQueriesContext(connection) as sent:
        browser.get(BAR, {"at": at(case)}, headers={"HX-Request": "true"})
    assert len(sent) <= 12


def test_without_javascript_it_is_a_page_of_links_and_buttons() -> None:
    page = world.client("li").get(BAR).content.decode()
    assert 'action="/queue/next/"' in page
    assert 'href="/cases/"' in page
