"""What a customer does by the links in our letters, without an account and without JavaScript."""

import pytest
from playwright.sync_api import expect

import story
import world
from e2e.house import Opens, Sent, link
from plainspoken.cases.actions import answering
from plainspoken.customers.models import Link
from plainspoken.supervision.models import Survey

pytestmark = pytest.mark.browser


@pytest.mark.duty("4.3.1i")
@pytest.mark.duty("6.1.2a")
def test_opening_the_link_changes_nothing_no_brings_the_case_back_yes_ends_it_and_is_rated(
    opens: Opens, sent: Sent
) -> None:
    case = story.answered()
    address = link(sent()[-1], "solved")
    customer = opens("", java_script_enabled=False)
    for _time in range(2):
        customer.goto(f"{address}?language=en")
        expect(customer.get_by_role("heading", name="Is this solved?")).to_be_visible()
    assert story.fresh(case).state == "answered"
    assert not Link.objects.filter(used_at__isnull=False).exists()

    customer.get_by_text("No, not yet").click()
    customer.get_by_label("What is missing?").fill("退款还没有到账。")
    customer.get_by_role("button", name="Send it back to the colleague").click()
    expect(customer.get_by_role("heading", name="We are working on it")).to_be_visible()
    assert story.fresh(case).state == "triaged"
    agent = opens("li")
    agent.goto(f"/cases/{case.pk}/")
    expect(agent.locator(".thread")).to_contain_text("退款还没有到账。")

    answering.answer(story.fresh(case), by=world.actor("li"), text="退款今天到账。")
    asked_anew = link(sent()[-1], "solved")
    assert asked_anew != address
    customer.goto(f"{asked_anew}?language=en")
    customer.get_by_role("button", name="Yes, it is solved").click()
    expect(customer.get_by_role("heading", name="Thank you!")).to_be_visible()
    assert story.fresh(case).state == "closed"

    customer.goto(link(sent()[-1], "rate") + "?language=en")
    customer.get_by_label("Very satisfied").check()
    customer.get_by_label("What should we do better?").fill("回复很快。")
    customer.get_by_role("button", name="Send my rating").click()
    expect(customer.get_by_role("heading", name="Thank you for your rating")).to_be_visible()
    survey = Survey.objects.get(case=case)
    assert (survey.score, survey.comment) == (5, "回复很快。")
