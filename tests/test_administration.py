"""Every page of the administration: what is not there, what its menu leads to, and what its lists cost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import cost
import programs
import world
from plainspoken.cases.actions import register
from plainspoken.channels.models import Mailbox
from plainspoken.organization import queries
from plainspoken.organization.actions import people, posts
from plainspoken.organization.models import (
    Firm,
    Role,
)
from plainspoken.supervision import actions as supervision
from plainspoken.supervision.models import Place

pytestmark = pytest.mark.usefixtures("mailbox", "place", "program")
FIRST = "administration/"
PARTS = {
    "appointments",
    "calendars",
    "lines",
    "mailboxes",
    "people",
    "places",
    "posts",
    "programs",
    "qualifications",
    "register",
    "roles",
    "scripts",
    "targets",
    "types",
    "units",
}
LISTS = [
    "organization.units",
    "organization.posts",
    "organization.people",
    "organization.roles",
    "organization.calendars",
    "organization.targets",
    "organization.integrations",
    "channels.mailboxes",
    "cases.register",
    "supervision.places",
]
# Who keeps the scripts is no administrator.
HEADS = ("content.",)


@pytest.fixture
def place(mailbox: Mailbox) -> Place:
    """The small firm with its mailbox, which mails checkpoints to somebody."""
    columns = {"address": "auditor@example.com", "mailbox": mailbox, "after_entries": 100}
    return supervision.put(Firm.objects.get(), by=world.actor("admin"), **columns)


def routes(patterns: Any = None, above: str = "") -> Iterator[tuple[str, str]]:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        path = above + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, path)
        elif isinstance(one, URLPattern) and path.startswith(FIRST):
            yield str(one.name), path


ROUTES = dict(routes())


@pytest.fixture
def program(mailbox: Mailbox) -> None:
    programs.connected()


def keeper(name: str) -> str:
    return "zhao" if name.startswith(HEADS) else "admin"


def test_there_are_pages() -> None:
    assert len(ROUTES) > 40


@pytest.mark.parametrize("name", [name for name in ROUTES if "<uuid:pk>" in ROUTES[name]])
def test_what_is_not_there_is_not_found(name: str) -> None:
    given: dict[str, Any] = {"pk": Firm.objects.get().pk}
    if "<int:year>" in ROUTES[name]:
        given["year"] = 2026
    browser, there = world.client(keeper(name)), reverse(name, kwargs=given)
    assert {browser.get(there).status_code, browser.post(there).status_code} <= {404, 405}


@pytest.mark.parametrize(
    ("username", "sections"),
    [
        (
            "admin",
            {
                "units",
                "posts",
                "people",
                "roles",
                "mailboxes",
                "places",
                "calendars",
                "targets",
                "register",
                "programs",
            },
        ),
        ("zhao", {"scripts"}),
        ("li", set()),
        ("sun", set()),
    ],
)
def test_the_menu_leads_to_what_is_ones_own(username: str, sections: set[str]) -> None:
    browser = world.client(username)
    assert ("/administration/" in browser.get("/").content.decode()) is bool(sections)
    page = browser.get("/administration/").content.decode()
    shown = {part for part in PARTS if f'href="/administration/{part}/"' in page}
    assert shown == sections


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_however_long_it_is(name: str) -> None:
    few = cost.statements("admin", reverse(name))
    more()
    assert cost.statements("admin", reverse(name)) <= few + 1


def more() -> None:
    """A dozen of each."""
    firm, admin, names = Firm.objects.get(), world.actor("admin"), {"name_zh": "某", "name_en": "One"}
    day = queries.today(queries.root())
    role, team = Role.objects.get(code="agent"), world.unit("cs-team-1")
    for number in range(12):
        someone = people.put_person(firm, by=admin, username=f"one{number}", **names)
        post = posts.put_post(team, by=admin, code=f"post{number}", roles=[role], **names)
        programs.connected()
        posts.appoint(post, by=admin, person=someone, from_day=day)
        register.put_line(team, by=admin, code=f"line{number}", words=["卡"], **names)
