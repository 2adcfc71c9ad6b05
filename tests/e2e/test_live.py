"""The desk is live: two agents, two browsers, one mail; nothing is overlooked and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

import story
import world
from e2e.conftest import WAIT_MS_MAX
from e2e.house import Opens, Sent
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Draft, Outgoing

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT_MS_MAX)
WORDS = "您好，年费已减免。"


def listening(page: Page) -> None:
    """The stream of the page has said hello."""
    expect(page.locator("ps-live[data-heard]")).to_be_attached()


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    listening(page)
    return page


def test_what_happens_is_seen_by_both_without_reloading(opens: Opens, sent: Sent) -> None:
    first, second = opened(opens("li"), "/cases/?show=waiting"), opened(opens("wang"), "/cases/?show=waiting")
    case = story.received()
    for page in (first, second):
        expect(page.locator("#rows")).to_contain_text(case.number)
    opened(first, f"/cases/{case.pk}/")
    opened(second, f"/cases/{case.pk}/")
    expect(second.locator("#presence")).to_contain_text("Li Min is looking at this")

    first.get_by_role("textbox", name="Answer").press_sequentially("您好")
    expect(second.locator("#presence")).to_contain_text("Li Min is typing…")
    second.get_by_role("textbox", name="Answer").fill("我来回答。")
    first.get_by_role("textbox", name="Answer").fill(WORDS)
    first.get_by_role("button", name="Send", exact=True).click()
    expect(second.locator("#thread")).to_contain_text(WORDS)
    expect(second.get_by_role("textbox", name="Answer")).to_have_value("我来回答。")

    second.get_by_role("button", name="Send", exact=True).click()
    composer = second.locator("#composer")
    expect(composer.get_by_role("alert")).to_be_visible()
    expect(composer.locator(".news")).to_contain_text(WORDS)
    expect(composer.get_by_role("textbox")).to_have_value("我来回答。")
    assert Outgoing.objects.filter(message__kind="out").count() == 1

    expect(first.get_by_text(re.compile(r"Leaves in \d+ s"))).to_be_visible()
    sent()
    expect(first.locator(".message-out .sent-left")).to_be_visible()
    expect(second.locator(".message-out .sent-left")).to_be_visible()


def test_the_owner_is_told_what_the_customer_added_and_sends_knowingly(opens: Opens, sent: Sent) -> None:
    case = story.triaged()
    page = opened(opens("li"), f"/cases/{case.pk}/")
    page.get_by_role("textbox", name="Answer").fill(WORDS)
    send.reply(case.conversation, by=world.actor("wang"), text="请稍等。")
    expect(page.locator("#thread")).to_contain_text("请稍等。")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#composer .news")).to_contain_text("请稍等。")
    page.get_by_role("button", name="Send all the same").click()
    expect(page.locator(".message-out")).to_have_count(2)
    assert story.entries("cases.inquiry.answer", refusal="")


def test_what_is_typed_without_a_line_or_on_two_devices_is_kept(opens: Opens) -> None:
    case = story.triaged()
    page = opened(opens("li"), f"/cases/{case.pk}/")
    answer = page.get_by_role("textbox", name="Answer")
    page.context.set_offline(True)
    expect(page.locator("ps-live")).to_have_text("No connection. What you type is kept.")
    answer.fill(WORDS)
    expect(page.locator(".toast-error")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("ps-live")).to_be_hidden()
    expect(page.locator("#draft-kept")).to_contain_text("Kept")
    expect(answer).to_have_value(WORDS)
    assert Draft.objects.get().text == WORDS

    case = story.triaged()
    desk, phone = (opened(opens("li"), f"/cases/{case.pk}/") for _ in range(2))
    desk.get_by_role("textbox", name="Answer").fill("在电脑上")
    expect(desk.locator("#draft-kept")).to_contain_text("Kept")
    phone.get_by_role("textbox", name="Answer").fill("在手机上")
    expect(phone.locator("#draft-kept").get_by_role("alert")).to_be_visible()
    assert Draft.objects.get(conversation=case.conversation).text == "在电脑上"
    phone.get_by_role("link", name="Show the other").click()
    expect(phone.get_by_role("textbox", name="Answer")).to_have_value("在电脑上")
