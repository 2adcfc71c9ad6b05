"""What a head reads from figures."""

import pytest
from playwright.sync_api import expect

import story
from e2e.house import Opens

pytestmark = pytest.mark.browser


def test_a_figure_of_the_head_opens_its_records(opens: Opens) -> None:
    case = story.answered()
    page = opens("zhao")
    page.goto("/")
    expect(page.locator("ps-chart canvas")).to_be_visible()
    of_the_team = page.get_by_role("row", name="Service team 1").last
    of_the_team.get_by_role("link", name="1", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Received · 1")
    expect(page.get_by_role("link", name=case.number)).to_be_visible()
    page.get_by_role("link", name=case.number).click()
    expect(page.locator(".thread")).to_contain_text(story.QUESTION)
