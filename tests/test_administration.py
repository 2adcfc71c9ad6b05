"""Every page of the administration, found by its address: who may open it, and what its lists cost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import cost
import programs
import world
from plainspoken.cases.actions import register
from plainspoken.cases.models import Line, Type
from plainspoken.channels.models import Mailbox
from plainspoken.content.models import Script
from plainspoken.organization import queries
from plainspoken.organization.actions import people, posts
from plainspoken.organization.models import (
    Appointment,
    Calendar,
    Firm,
    Integration,
    Person,
    Post,
    Qualification,
    Role,
    Unit,
)
from plainspoken.supervision import actions as supervision
from plainspoken.supervision.models import Place

pytestmark = pytest.mark.usefixtures("mailbox", "place", "program")
FIRST = "administration/"
ROWS: dict[str, Any] = {
    "appointments": Appointment,
    "calendars": Calendar,
    "lines": Line,
    "mailboxes": Mailbox,
    "people": Person,
    "places": Place,
    "posts": Post,
    "programs": Integration,
    "qualifications": Qualification,
    "roles": Role,
    "scripts": Script,
    "types": Type,
    "units": Unit,
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


def address(name: str) -> str:
    given: dict[str, Any] = {}
    if "<uuid:pk>" in ROUTES[name]:
        thing = next(part for part in ROUTES[name].split("/") if part in ROWS)
        given["pk"] = ROWS[thing].objects.order_by("pk").first().pk
    if "<int:year>" in ROUTES[name]:
        given["year"] = 2026
    if "<str:kind>" in ROUTES[name]:
        given["kind"] = "cases.first_reply"
    return reverse(name, kwargs=given)


@pytest.fixture
def program(mailbox: Mailbox) -> None:
    programs.connected()


def keeper(name: str) -> str:
    return "zhao" if name.startswith(HEADS) else "admin"


def test_there_are_pages() -> None:
    assert len(ROUTES) > 40


@pytest.mark.parametrize("name", ROUTES)
def test_who_has_not_signed_in_is_asked_to(name: str) -> None:
    answer = Client().get(address(name))
    assert answer.status_code in (303, 405)
    assert Client().post(address(name)).status_code in (303, 405)


@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("username", ["li", "chen", "sun"])
def test_nobody_else_opens_it_or_sends_to_it(name: str, username: str) -> None:
    browser = world.client(username)
    statuses = {browser.get(address(name)).status_code, browser.post(address(name)).status_code}
    assert statuses <= {403, 405}
    assert 403 in statuses


@pytest.mark.parametrize("name", ROUTES)
def test_its_keeper_opens_it(name: str) -> None:
    assert world.client(keeper(name)).get(address(name)).status_code in (200, 405)


@pytest.mark.parametrize("name", ROUTES)
def test_no_other_method(name: str) -> None:
    assert world.client(keeper(name)).delete(address(name)).status_code == 405


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
    shown = {
        part for part in ROWS.keys() | {"register", "targets"} if f'href="/administration/{part}/"' in page
    }
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
