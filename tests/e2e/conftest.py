"""A real browser before a real server: people of the small firm, its customers, and what left the house."""

import os
import shutil
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page

import browser as chromium

if TYPE_CHECKING:
    from e2e.house import Opens, Sent

# Playwright keeps an event loop in this thread, which is no reason to keep the ORM out of it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WAIT_MS_MAX = 10_000
STREAMS_SECONDS_MAX = 10.0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium.launched() as launched:
        yield launched


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh visitor who reads Chinese; the test fails on an error in the page's console."""
    from e2e.house import watched

    problems: list[str] = []
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=chromium.DESKTOP)
    yield watched(context.new_page(), problems)
    context.close()
    assert not problems, problems


@pytest.fixture
def house(transactional_db: None, live_server: Any, settings: Any) -> Iterator[str]:
    """The small firm, its mailbox and scripts behind a real server; its address."""
    import story
    from plainspoken.channels.email import send

    settings.PUBLIC_URL = live_server.url
    shutil.rmtree(send.folder(), ignore_errors=True)
    story.set_up()
    yield str(live_server.url)
    _wait_until_streams_have_ended()


@pytest.fixture(autouse=True, scope="session")
def soon_noticed() -> Iterator[None]:
    """A browser that is gone is noticed at the next beat of its stream, and the tests' database waits for that."""
    from plainspoken.ui import live

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "BEAT_SECONDS", 0.1)
        patch.setattr(live, "LOOK_SECONDS", 0.05)
        yield


def _wait_until_streams_have_ended() -> None:
    from plainspoken.ui import live

    until = time.monotonic() + STREAMS_SECONDS_MAX
    while not live.hub.idle and time.monotonic() < until:
        time.sleep(0.05)


@pytest.fixture
def opens(house: str, browser: Browser) -> Iterator["Opens"]:
    """opens("li") is a page of Li's own browser, opens("") a stranger's; in English unless `language` says else.

    The test fails on an error in the console of any of them.
    """
    from e2e.house import reads, signed_in, watched

    problems: list[str] = []
    pages: list[Page] = []

    def opened(username: str, language: str = "en", **more: Any) -> Page:
        given = {"viewport": chromium.DESKTOP, "reduced_motion": "reduce", **more}
        context = browser.new_context(base_url=house, timezone_id="Asia/Shanghai", **given)
        context.set_default_timeout(WAIT_MS_MAX)
        context.add_cookies([reads(language, house), *([signed_in(username, house)] if username else [])])
        pages.append(watched(context.new_page(), problems))
        return pages[-1]

    yield opened
    for one in pages:
        one.context.close()
    assert not problems, problems


@pytest.fixture
def sent(house: str) -> "Sent":
    """sent() lets everything leave that waits, and gives all letters that ever left, oldest first."""
    import story
    from plainspoken.channels.email import send

    def letters() -> list[EmailMessage]:
        story.let_leave()
        files = sorted(send.folder().glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]

    return letters
