"""Every page that links lead to, for each kind of reader: nothing is wrong with it in any language, theme or width."""

from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Page, expect

import browser as chromium
import signing_in
import story
import world
from e2e import looks
from e2e.house import Opens
from plainspoken.desk import actions as desk

pytestmark = pytest.mark.browser
LINKS = "Array.from(document.links, link => link.getAttribute('href'))"
FILES = (
    "desk.attachment",
    "desk.attachment.inline",
    "desk.message.html",
    "desk.message.text",
    "desk.entry.proof",
    "api",
)


@pytest.mark.parametrize("username", ["li", "zhao", "sun", "admin", ""])
def test_nothing_is_wrong_with_any_page(username: str, opens: Opens) -> None:
    settle()
    chinese, english = opens(username, "zh-hans"), opens(username)
    wrong = []
    for address in reached(chinese):
        faults = (
            looks.untranslated(chinese) + looks.left_open(chinese) + looks.barriers_in_every_look(chinese)
        )
        faults += looks.left_open(chinese, english.request.get(address).text())
        wrong += [f"{address} {fault}" for fault in faults]
    assert not wrong, "\n".join(["", *wrong])


def settle() -> None:
    """Cases in every state, a message nobody can read, a prospect, saved views, and somebody's second factor."""
    for made in (story.received, story.taken, story.asked, story.answered, story.closed, story.dismissed):
        made()
    story.arrives(story.mail(sender="a@example.com, b@example.com", name=""))
    signing_in.with_factor("admin")
    for username in ("li", "zhao"):
        asked = {"name": "急件", "asked": "show=ours&state=received"}
        desk.save_view(world.person(username), by=world.actor(username), **asked)


def reached(page: Page) -> Iterator[str]:
    """The address of a page of each name, one after the other, open in the browser as it is given."""
    waiting, known = deque(["/"]), {"desk.home"}
    while waiting:
        address = waiting.popleft()
        page.set_viewport_size(chromium.DESKTOP)
        page.goto(address)
        for link in page.evaluate(LINKS):
            name = name_of(link, address)
            if name and name not in known:
                known.add(name)
                waiting.append(link)
        yield address


def name_of(link: str, here: str) -> str:
    """Which page it is; empty for what is no page of ours. The address of a list says which list."""
    parts = urlsplit(link)
    if parts.scheme or not parts.path.startswith("/"):
        return ""
    name = resolve(parts.path).view_name
    return "" if name in FILES else name


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


def focus_ring(page: Page) -> str:
    return str(
        page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        + page.evaluate("getComputedStyle(document.activeElement).boxShadow")
    )
