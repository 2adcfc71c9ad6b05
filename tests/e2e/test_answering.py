"""An agent answers: the next mail, a script, time to think again, a letter that joins the customer's thread."""

import re

import pytest
from playwright.sync_api import Page, expect

import mailroom
import story
import world
from e2e.house import Opens, Sent, link, words

pytestmark = pytest.mark.browser
WAIVED = "陈婉清您好，年费已减免。李敏"


@pytest.mark.duty("4.3.1e")
def test_the_next_mail_is_answered_with_a_script_after_a_second_thought(opens: Opens, sent: Sent) -> None:
    case = story.received()
    page = opens("")
    sign_in(page, "li")
    page.get_by_role("button", name="Take next").click()
    expect(page.get_by_role("heading", level=2, name=case.subject)).to_be_visible()
    expect(page.get_by_label("Type")).to_have_value(str(case.suggested_type_id))
    expect(page.get_by_label("Business line")).to_have_value(str(case.suggested_line_id))

    page.get_by_role("link", name="Scripts", exact=True).click()
    page.get_by_role("dialog").get_by_role("link", name="Script waived").click()
    answer = page.get_by_role("textbox", name="Answer")
    expect(answer).to_have_value(WAIVED)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text(re.compile(r"Leaves in \d+ s"))).to_be_visible()

    page.get_by_role("button", name="Undo").click()
    expect(answer).to_have_value(WAIVED)
    expect(page.locator(".message-out")).to_have_count(0)
    answer.fill(f"{WAIVED}！")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message-out")).to_contain_text(f"{WAIVED}！")

    *_acknowledgement, letter = sent()
    expect(page.locator(".message-out .sent-left")).to_be_visible()
    assert letter["To"] == story.CUSTOMER
    assert letter["From"].addresses[0].addr_spec == mailroom.ADDRESS
    assert letter["Subject"] == f"Re: {case.subject}"
    assert f"<{case.conversation.messages.get(kind='in').header_id}>" in letter["References"]
    assert letter["In-Reply-To"] in letter["References"]
    assert words(letter).startswith(f"{WAIVED}！")
    assert link(letter, "solved")
    assert story.fresh(case).state == "answered"


def sign_in(page: Page, username: str) -> None:
    page.goto("/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(world.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title(re.compile("Home"))
