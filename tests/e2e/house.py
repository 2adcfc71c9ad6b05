"""What the journeys share: browsers of people, letters that left, and what a page may not complain of."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

import world

# Refusals are answers, and some tests are about a line that is down; browser and htmx call both errors.
REFUSALS = re.compile(
    r"(status of|Error Code) (403|409|422)\b|ERR_INTERNET_DISCONNECTED|htmx:(afterRequest|sendError)"
)

Opens = Callable[..., Page]
Sent = Callable[[], list[EmailMessage]]


def signed_in(username: str, address: str) -> Any:
    """The cookie of somebody who has signed in."""
    cookie = world.client(username).cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "url": address}


def reads(language: str, address: str) -> Any:
    """The cookie of somebody who has chosen a language."""
    return {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address}


def watched(page: Page, problems: list[str]) -> Page:
    """Whatever the page complains of is added to `problems`; a policy that is broken is a complaint."""
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda line: (
            problems.append(f"{page.url}: {line.text}")
            if line.type == "error" and not REFUSALS.search(line.text)
            else None
        ),
    )
    return page


def words(letter: EmailMessage) -> str:
    """What a mail program shows as text."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link(letter: EmailMessage, purpose: str) -> str:
    """The path of the secret link in a letter."""
    found = re.search(rf"/{purpose}/[\w-]+/", words(letter))
    assert found, words(letter)
    return found[0]
