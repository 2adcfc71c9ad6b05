"""The desk without a mouse, and without JavaScript."""

import pytest
from playwright.sync_api import expect

import story
from e2e.house import Opens
from e2e.test_answering import sign_in

pytestmark = pytest.mark.browser


def test_a_case_is_taken_found_in_the_list_and_answered_by_keys(opens: Opens) -> None:
    waiting, page = story.received(), opens("li")
    page.goto("/")
    page.keyboard.press("n")
    expect(page).to_have_title(waiting.number + " · Plainspoken")

    older, newer = story.taken(), story.taken()
    page.goto("/cases/?show=mine")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=newer.number)).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=older.number)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_title(older.number + " · Plainspoken")

    page.keyboard.press("?")
    expect(page.locator("dialog.key-sheet")).to_contain_text("Next in the list")
    expect(page.locator("dialog.key-sheet")).to_contain_text("Answer")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.key-sheet")).to_have_count(0)

    page.keyboard.press("r")
    page.keyboard.type("您好，年费已退回。")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message-out")).to_contain_text("您好，年费已退回。")
    page.keyboard.press("z")
    expect(page.get_by_role("textbox", name="Answer")).to_have_value("您好，年费已退回。")


def test_without_javascript_a_case_is_answered_and_many_are_closed(opens: Opens) -> None:
    case = story.received()
    page = opens("", java_script_enabled=False)
    sign_in(page, "li")
    page.goto("/cases/?show=waiting")
    page.get_by_role("link", name=case.number).click()
    page.get_by_role("link", name="Scripts", exact=True).click()
    page.get_by_role("link", name="Script waived").click()
    expect(page.get_by_role("textbox", name="Answer")).to_have_value("陈婉清您好，年费已减免。李敏")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message-out")).to_contain_text("年费已减免。李敏")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("textbox", name="Answer")).to_have_value("陈婉清您好，年费已减免。李敏")

    cases = [story.answered(), story.answered()]
    page.goto("/cases/?show=followed")
    page.get_by_role("link", name="Select all shown").click()
    page.get_by_role("button", name="Close cases").click()
    page.get_by_role("button", name="Close 2 cases").click()
    expect(page.get_by_role("heading", name="2 cases closed").first).to_be_visible()
    assert {story.fresh(one).state for one in cases} == {"closed"}
