"""A customer writes twice about one matter: the cases are merged, answered as one, and parted again."""

import pytest
from playwright.sync_api import expect

import story
from e2e.house import Opens

pytestmark = pytest.mark.browser


def test_merged_read_in_one_brought_back_and_its_deadline_explained(opens: Opens) -> None:
    first, second = story.triaged(), story.received("还想补充一句话。", subject="再问年费")
    page = opens("li")
    page.goto(f"/cases/{second.pk}/")
    page.get_by_label("More").click()
    page.get_by_role("link", name="Merge").click()
    page.get_by_role("radio", name=first.number).check()
    page.get_by_role("button", name="Merge").click()
    expect(page.locator("#case-head")).to_contain_text(f"Merged into {first.number}")

    page.locator("#case-head").get_by_role("link", name=first.number).click()
    said = page.locator(".message-in").last
    expect(said).to_contain_text("还想补充一句话。")
    expect(said).to_contain_text(f"from {second.number}")
    expect(page.locator(".thread")).to_contain_text(f"merged {second.number} into {first.number}")
    expect(page.locator("#pane-context")).to_contain_text(second.number)

    page.locator("#pane-context").get_by_role("link", name="再问年费").click()
    page.get_by_role("button", name="Bring back").click()
    expect(page.locator("#case-head")).not_to_contain_text("Merged into")
    expect(page.locator("#case-head")).to_contain_text("Received")
    page.goto(f"/cases/{first.pk}/")
    expect(page.locator(".thread")).not_to_contain_text("还想补充一句话。")

    promise, how = page.locator(".promise summary").first, page.locator(".promise-how").first
    promise.hover()
    expect(how).to_be_visible()
    page.mouse.move(0, 0)
    expect(how).to_be_hidden()
    page.locator(".fold > summary").first.focus()
    page.keyboard.press("Tab")
    expect(how).to_be_visible()
    page.keyboard.press("Escape")
    expect(how).to_be_hidden()
    promise.click()
    page.mouse.move(0, 0)
    expect(how).to_be_visible()
    promise.click()
    expect(how).to_be_hidden()

    phone = opens("li", has_touch=True)
    phone.goto(f"/cases/{first.pk}/")
    phone.locator(".promise summary").first.tap()
    expect(phone.locator(".promise-how").first).to_be_visible()
