"""A day at the desk from the keyboard: keys, the command bar, a script by a slash, a view of one's own."""

import pytest
from playwright.sync_api import Page, expect

import story
import world
from e2e import looks
from e2e.house import Opens
from plainspoken.content import actions as content
from plainspoken.organization.models import Firm

pytestmark = pytest.mark.browser


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.className"))


def test_from_case_to_case_into_a_note_back_to_the_inbox_and_the_keys_off(opens: Opens) -> None:
    older, newer = story.taken(), story.taken()
    page = opens("li")
    page.goto(f"/cases/{newer.pk}/?show=mine")
    page.keyboard.press("Shift+J")
    expect(page).to_have_title(older.number + " · Plainspoken")
    assert "thread-body" in focused(page)
    expect(page.locator("[data-row][aria-current]")).to_contain_text(older.number)
    page.keyboard.press("d")
    expect(page.locator("[data-said]").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("dialog.key-sheet")).to_contain_text("Next message")
    assert not looks.barriers(page)
    page.keyboard.press("Escape")

    page.keyboard.press("i")
    expect(page.get_by_role("textbox", name="Internal note")).to_be_focused()
    page.keyboard.type("jkx?")
    expect(page.get_by_role("textbox", name="Internal note")).to_have_value("jkx?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message-note")).to_contain_text("jkx?")
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page).to_have_title("Inbox · Plainspoken")

    page.goto("/account")
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Switch on")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("dialog.key-sheet")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_the_command_bar_does_what_is_possible_here(opens: Opens) -> None:
    case = story.triaged()
    page = opens("li")
    page.goto(f"/cases/{case.pk}/?show=mine")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Hand over")).to_be_visible()
    expect(page.get_by_role("option", name="Close the case")).to_have_count(0)
    assert not looks.barriers(page)
    page.keyboard.type("转办")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Hand over")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Hand over")).to_be_visible()
    page.keyboard.press("Escape")

    page.keyboard.press("Control+k")
    expect(page.get_by_role("group", name="Used last").get_by_role("option")).to_contain_text("Hand over")
    page.keyboard.type("no such thing at all")
    expect(page.get_by_text("Nothing of this name can be done here.")).to_be_visible()
    page.get_by_role("combobox").fill(str(int(case.number[-6:])))
    page.get_by_role("option", name=case.number).wait_for()
    page.get_by_role("combobox").fill("shortcuts")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.key-sheet")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="Hand over").wait_for()
    page.get_by_role("combobox").fill("深色")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page).to_have_title(case.number + " · Plainspoken")


def test_a_slash_offers_scripts_and_what_is_unfilled_holds_the_answer_back(opens: Opens) -> None:
    words = {"title_zh": "金额", "title_en": "Amount", "text_zh": "应退{{金额}}元，{{日期}}到账。"}
    words["text_en"] = "{{金额}} back on {{日期}}."
    content.put(Firm.objects.get(), by=story.everything(), code="amount", scene="inquiry", **words)
    case = story.triaged()
    page = opens("li")
    page.goto(f"/cases/{case.pk}/")
    page.keyboard.press("r")
    answer = page.get_by_role("textbox", name="Answer")
    page.keyboard.type("您好。/")
    expect(page.get_by_role("listbox", name="Scripts").get_by_role("option")).to_have_count(3)
    page.keyboard.press("Escape")
    page.keyboard.type("a")
    expect(page.get_by_role("listbox", name="Scripts")).to_be_hidden()
    answer.fill("您好。")
    page.keyboard.type("/amou")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Amount")
    assert not looks.barriers(page, "aria-allowed-attr", "aria-required-children", "color-contrast")
    page.keyboard.press("Tab")
    expect(answer).to_have_value("您好。应退{{金额}}元，{{日期}}到账。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("ps-unfilled")).to_contain_text("{{金额}} {{日期}}")
    page.keyboard.type("200")
    page.keyboard.press("F8")
    page.keyboard.type("明天")
    expect(answer).to_have_value("您好。应退200元，明天到账。")
    expect(page.locator("ps-unfilled")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message-out")).to_contain_text("应退200元")


def test_a_filter_becomes_a_view_of_ones_own(opens: Opens) -> None:
    mine, _other = story.triaged(), story.received(sender="other@example.com")
    page = opens("li")
    page.goto("/cases/?show=ours")
    page.keyboard.press("l")
    page.get_by_label("State").select_option("In work")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row]")).to_contain_text(mine.number)
    page.get_by_role("link", name="Save as a view").click()
    page.get_by_label("Name of the view").fill("On my desk")
    page.keyboard.press("Enter")
    tab = page.get_by_role("navigation", name="Saved views").get_by_role("link", name="On my desk")
    expect(tab).to_have_attribute("aria-current", "true")
    page.goto("/")
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="On my desk").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    assert world.entries("desk.view.save")
