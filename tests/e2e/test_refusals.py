"""What cannot be sent is told beside the composer, and no word that was typed is lost."""

import pytest
from playwright.sync_api import Page, expect

import story
import world
from e2e.house import Opens
from plainspoken.cases.actions import triage
from plainspoken.cases.models import Dismissal
from plainspoken.conversations.models import Outgoing

pytestmark = pytest.mark.browser
WORDS = "您好，年费已退回，请查收。"


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Answer").fill(text)


def send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).click()


@pytest.mark.duty("4.4.1d")
def test_who_is_not_qualified_and_who_comes_too_late_is_told_so_and_keeps_the_words(opens: Opens) -> None:
    case, page = story.received(), opens("xin")
    page.goto(f"/cases/{case.pk}/")
    write(page, WORDS)
    send(page)
    expect(page.locator("#composer").get_by_role("alert")).to_contain_text("no valid certificate")
    expect(page.locator("#composer").get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("textbox", name="Answer")).to_have_value(WORDS)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_role("textbox", name="Answer")).to_have_value(WORDS)
    assert not Outgoing.objects.filter(message__kind="out").exists()

    case, page = story.received(), opens("wang")
    page.goto(f"/cases/{case.pk}/")
    triage.dismiss(case, by=world.actor("li"), reason=Dismissal.Reason.SPAM)
    page.get_by_role("button", name="Take", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("Somebody was faster")


@pytest.mark.duty("4.2.1b")
def test_words_are_held_back_by_an_open_variable_and_survive_a_reload_and_another_mode(opens: Opens) -> None:
    case, page = story.taken(), opens("li")
    page.goto(f"/cases/{case.pk}/")
    write(page, "退回{{amount}}元。")
    send(page)
    expect(page.locator("ps-unfilled")).to_contain_text("To fill in before it can be sent:{{amount}}")
    expect(page.get_by_role("textbox", name="Answer")).to_have_value("退回{{amount}}元。")
    write(page, "退回200元。")
    send(page)
    expect(page.locator(".message-out")).to_contain_text("退回200元。")

    case = story.taken()
    page.goto(f"/cases/{case.pk}/")
    page.get_by_role("textbox", name="Answer").press_sequentially(WORDS)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    expect(page.get_by_role("textbox", name="Answer")).to_have_value(WORDS)
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Internal note").click()
    expect(page.get_by_role("textbox", name="Internal note")).to_have_value(WORDS)
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".message-note")).to_contain_text(WORDS)
    expect(page.get_by_role("textbox", name="Answer")).to_have_value("")
