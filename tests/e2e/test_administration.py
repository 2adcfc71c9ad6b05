"""An administrator's day: a new team, a new colleague who signs in, a mailbox that is tried."""

import pytest
from playwright.sync_api import Page, expect

import world
from e2e.house import Opens
from plainspoken.channels.models import Mailbox

pytestmark = pytest.mark.browser
PASSWORD, OWN = "a lantern on the pier", "two lamps by the sea wall"


def test_an_administrator_builds_a_team_and_lets_somebody_in(opens: Opens) -> None:
    page = opens("admin")
    page.goto("/")
    page.get_by_role("link", name="Admin").click()
    team(page)
    post(page)
    person(page)
    newcomer = opens("")
    newcomer.goto("/sign-in")
    newcomer.get_by_label("Username").fill("he")
    newcomer.get_by_label("Password").fill(PASSWORD)
    newcomer.get_by_role("button", name="Sign in").click()
    newcomer.get_by_label("Present password").fill(PASSWORD)
    newcomer.get_by_label("New password", exact=False).first.fill(OWN)
    newcomer.get_by_label("New password again").fill(OWN)
    newcomer.get_by_role("button", name="Change password").click()
    newcomer.goto("/")
    expect(newcomer.get_by_role("link", name="Inbox")).to_be_visible()
    assert world.actor("he").may("cases.inquiry.triage")


def team(page: Page) -> None:
    page.get_by_role("link", name="Units The tree").click()
    page.get_by_role("row", name="Customer service customer-service").get_by_role(
        "link", name="Add below"
    ).click()
    name(page, "客服二组", "Service team 2", "cs-team-2")
    page.get_by_label("Kind").select_option("team")
    page.get_by_role("button", name="Add the unit").click()
    expect(page.get_by_role("link", name="Service team 2")).to_be_visible()
    expect(page.locator("#messages")).to_contain_text("Saved.")


def post(page: Page) -> None:
    page.goto("/administration/posts/new/?unit=cs-team-2")
    name(page, "客服专员", "Agent of team 2", "cs-agent-2")
    page.get_by_label("Customer service agent").check()
    page.get_by_role("button", name="Add the post").click()
    expect(page.get_by_role("row", name="Agent of team 2")).to_contain_text("Vacant")


def person(page: Page) -> None:
    page.goto("/administration/people/new/")
    page.get_by_label("Name in Chinese").fill("何平")
    page.get_by_label("Name in English").fill("He Ping")
    page.get_by_label("Username").fill("he")
    page.get_by_role("button", name="Add the person").click()
    page.get_by_role("link", name="He Ping").click()
    expect(page.get_by_text("No password yet")).to_be_visible()
    page.get_by_role("link", name="Appoint to a post").click()
    page.get_by_label("Post").select_option(label="Service team 2 · Agent of team 2")
    page.get_by_role("button", name="Appoint").click()
    page.get_by_role("link", name="Set a password").click()
    page.get_by_label("New password", exact=False).first.fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("No password yet")).to_have_count(0)


def name(page: Page, chinese: str, english: str, code: str) -> None:
    page.get_by_label("Name in Chinese").fill(chinese)
    page.get_by_label("Name in English").fill(english)
    page.get_by_label("Code").fill(code)


def test_two_administrators_at_once_and_a_mailbox_that_is_tried(opens: Opens) -> None:
    mailbox = Mailbox.objects.get()
    one, two = opens("admin"), opens("admin")
    for page in (one, two):
        page.goto(f"/administration/mailboxes/{mailbox.pk}/settings/")
    one.get_by_label("Name in English").fill("Haian Bank Service")
    one.get_by_role("button", name="Save").click()
    one.get_by_role("button", name="Test the connection").click()
    expect(one.get_by_text("No server is set: what leaves goes to a folder")).to_be_visible()
    two.get_by_label("Name in English").fill("Haian")
    two.get_by_role("button", name="Save").click()
    expect(two.get_by_role("alert")).to_contain_text("Somebody has changed this since you opened it")
    expect(two.get_by_role("alert")).to_contain_text("Haian Bank Service")
    two.get_by_role("button", name="Save").click()
    mailbox.refresh_from_db()
    expect(two.get_by_role("heading", name=mailbox.address)).to_be_visible()
    mailbox.refresh_from_db()
    assert mailbox.name_en == "Haian"
