"""Many cases closed at once after a preview: with keys and boxes."""

import pytest
from playwright.sync_api import expect

import story
import world
from e2e.house import Opens
from plainspoken.cases.actions import follow_up

pytestmark = pytest.mark.browser


def test_chosen_by_key_and_range_seen_beforehand_and_closed_and_kept_chosen(opens: Opens) -> None:
    mine, others = [story.answered() for _case in range(3)], story.answered("wang")
    page = opens("li")
    page.goto("/cases/?show=followed")
    page.keyboard.press("j")
    page.keyboard.press("v")
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.locator(".row-check").last.click(modifiers=["Shift"])
    expect(page.get_by_text("4 selected")).to_be_visible()

    page.get_by_role("button", name="Close cases").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Close 3 cases")).to_be_visible()
    expect(dialog).to_contain_text("Another colleague answers for this case")
    assert story.fresh(mine[0]).state == "answered"

    follow_up.close(mine[0], by=world.actor("li"), how="by_owner")
    dialog.get_by_role("button", name="Close 3 cases").click()
    expect(dialog.get_by_role("heading", name="2 cases closed, 1 could not")).to_be_visible()
    expect(dialog).to_contain_text("Somebody has changed it since you looked")
    dialog.get_by_role("link", name="Back to the list").click()
    expect(page.locator(".row-number")).to_have_text([others.number])
    assert {story.fresh(one).state for one in mine} == {"closed"}

    first, second = story.taken(), story.taken()
    page.goto(f"/cases/{first.pk}/?show=mine")
    page.get_by_role("link", name="Select all shown").click()
    expect(page.get_by_text("2 selected")).to_be_visible()
    come = story.taken()
    expect(page.locator("#rows")).to_contain_text(come.number)
    expect(page.get_by_text("2 selected")).to_be_visible()
    expect(page.get_by_role("checkbox", name=f"Select {come.number}")).not_to_be_checked()
    page.get_by_role("checkbox", name=f"Select {first.number}").uncheck()
    page.get_by_role("link", name=second.number).first.click()
    expect(page).to_have_title(f"{second.number} · Plainspoken")
    expect(page.get_by_role("checkbox", name=f"Select {second.number}")).to_be_checked()
    expect(page.get_by_role("checkbox", name=f"Select {first.number}")).not_to_be_checked()
    page.get_by_role("link", name="Select none").click()
    expect(page.get_by_role("button", name="Close cases")).to_be_hidden()
