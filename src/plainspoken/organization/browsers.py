"""The browsers in which somebody is signed in, in words that tell them apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from plainspoken.organization import sessions
from plainspoken.organization.models import Person

# What a browser calls itself names many others that it is like: the first that fits is what it is.
BROWSERS = (
    ("MicroMessenger", r"MicroMessenger/"),
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("360", r"360SE|360EE|QIHU"),
    ("QQ", r"QQBrowser/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux"),
)


@dataclass(frozen=True, slots=True)
class Browser:
    """`name` such as Firefox · Windows, empty for one that does not say; `here` for the one that asks."""

    handle: str
    name: str
    address: str
    since: datetime
    last_seen: datetime
    here: bool


def of(person: Person, here: str | None) -> list[Browser]:
    """Where the person is signed in now, this browser first."""
    found = [
        Browser(
            sessions.handle(one.session_key),
            named(one.device),
            one.address,
            one.since,
            one.last_seen,
            one.session_key == here,
        )
        for one in sessions.of(person)
    ]
    return sorted(found, key=lambda one: not one.here)


def named(device: str) -> str:
    return " · ".join(filter(None, (_first(BROWSERS, device), _first(SYSTEMS, device))))


def _first(names: Sequence[tuple[str, str]], device: str) -> str:
    return next((name for name, sign in names if re.search(sign, device)), "")
