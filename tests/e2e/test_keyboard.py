"""The desk without a mouse, and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

import story
from e2e.house import Opens
from e2e.test_answering import sign_in

pytestmark = pytest.mark.browser


def focus_ring(page: Page) -> str:
    return str(
        page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        + page.evaluate("getComputedStyle(document.activeElement).boxShadow")
    )


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


def test_the_first_stop_skips_to_the_content_and_every_stop_is_seen(opens: Opens) -> None:
    story.taken()
    page = opens("li")
    page.goto("/cases/?show=mine")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    unseen = []
    for _stop in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        if focus_ring(page) == "nonenone":
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    assert not unseen


def test_without_javascript_a_case_is_opened_and_answered(opens: Opens) -> None:
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
