"""What a head reads from figures, and what an administrator does not get to read."""

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


@pytest.mark.duty("5.1.4b")
def test_the_administrator_reads_no_conversation(opens: Opens) -> None:
    case = story.answered()
    page = opens("admin")
    assert page.goto("/cases/?show=ours")
    expect(page.locator(".row-link")).to_have_count(0)
    page.goto("/search/?q=信用卡")
    expect(page.locator("main")).not_to_contain_text(case.number)
    expect(page.locator("main")).not_to_contain_text("陈婉清")
    client = page.request.get(f"/cases/{case.pk}/")
    assert client.status == 404
    assert story.QUESTION not in client.text()
