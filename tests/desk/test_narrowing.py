"""The list narrowed down: what each filter holds, kept in the address, and found by an index in every order."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

import story
import world
from plainspoken.cases.actions import triage
from plainspoken.cases.models import Case, Line, Type
from plainspoken.desk import narrowing
from plainspoken.desk.queries import inbox, lines
from plainspoken.kernel import clock
from plainspoken.ui import tables

pytestmark = pytest.mark.usefixtures("desk")
INBOX, FILTERS = "/cases/", "/cases/filters/"
TODAY = "2026-03-03"


def listed(username: str = "li", **asked: str) -> list[str]:
    page = world.client(username).get(INBOX, {"show": "ours", **asked})
    assert page.status_code == 200
    return re.findall(r'class="row-number">([^<]+)<', page.content.decode())


def judged(line: str, kind: str) -> Case:
    """A case in work, judged to be of that line and type."""
    case = story.received(sender=f"{line}@example.com")
    found = Type.objects.get(code=kind), Line.objects.get(code=line)
    return triage.triage(case, by=world.actor("wang"), type=found[0], line=found[1])


@pytest.mark.parametrize(
    "asked",
    [
        {"state": "triaged"},
        {"line": "card"},
        {"type": "fee"},
        {"owner": "wang"},
        {"line": "card", "owner": "wang", "state": "triaged"},
    ],
    ids=str,
)
def test_a_filter_holds_what_it_says_and_leaves_out_the_rest(asked: dict[str, str]) -> None:
    case = judged("card", "fee")
    story.received(sender="other@example.com")
    assert listed(**asked) == [case.number]


def test_by_the_unit_the_language_and_the_channel() -> None:
    chinese = story.received()
    english = story.received(
        "Why was I charged a fee again?", subject="A fee", sender="a@example.com", name="Ann"
    )
    assert listed(language="en") == [english.number]
    assert listed(language="zh-hans") == [chinese.number]
    assert len(listed(channel="email")) == len(listed(unit="cs-team-1")) == 2
    assert listed(unit="credit-card") == []
    assert listed(line="nothing-of-this-name") == []


def test_by_what_is_due_and_by_the_day_it_came() -> None:
    case = story.received()
    day = clock.now().date()
    with clock.moved(clock.now() + timedelta(days=20)):
        assert listed(due="overdue") == [case.number]
        assert listed(due="today") == []
        fresh = story.received(sender="other@example.com")
        assert listed(until=(day + timedelta(days=2)).isoformat()) == [case.number]
        assert listed(since=(day + timedelta(days=2)).isoformat()) == [fresh.number]


def test_what_was_opened_is_no_longer_unread() -> None:
    case, browser = story.received(), world.client("li")
    assert listed(unread="1") == [case.number]
    browser.get(reverse("desk.case", args=[case.pk]))
    assert listed(unread="1") == []
    assert listed("wang", unread="1") == [case.number]


@pytest.mark.parametrize(
    "asked",
    [{"state": "asleep"}, {"due": "soon"}, {"since": "yesterday"}, {"until": "9999-12-31"}, {"unread": "yes"},
     {"line": "x" * 61}],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_is_a_bad_request(asked: dict[str, str]) -> None:
    assert world.client("li").get(INBOX, {"show": "ours", **asked}).status_code == 400


def test_it_narrows_what_one_may_see_and_shows_no_more() -> None:
    case = judged("card", "fee")
    assert listed("wang", line="card") == [case.number]
    assert listed("chen", line="card") == []
    assert listed("sun", line="card") == [case.number]


def test_the_oldest_first() -> None:
    first, second = story.received(), story.received(sender="other@example.com")
    assert listed(sort="last") == [first.number, second.number]
    assert listed(sort="-last") == [second.number, first.number]


def test_a_filter_is_shown_and_can_be_taken_away_alone() -> None:
    page = world.client("li").get(INBOX, {"show": "ours", "line": "card", "state": "received", "sort": "due"})
    chips = re.findall(r'class="chip" href="([^"]+)"', page.content.decode())
    assert [chip.replace("&amp;", "&") for chip in chips] == [
        f"{INBOX}?show=ours&sort=due&line=card",
        f"{INBOX}?show=ours&sort=due&state=received",
    ]


def test_the_form_leads_to_the_address_that_says_it() -> None:
    browser = world.client("li")
    assert browser.get(FILTERS, {"show": "ours"}).status_code == 200
    filled = {"line": "card", "type": "", "since": TODAY, "owner": "wang"}
    answer = browser.post(f"{FILTERS}?show=ours&sort=due&state=received", filled)
    assert (answer.status_code, answer["Location"]) == (
        303, f"{INBOX}?show=ours&sort=due&line=card&owner=wang&since={TODAY}"
    )  # fmt: skip
    assert browser.post(FILTERS, {"line": "nothing"}).status_code == 422
    assert browser.put(FILTERS).status_code == 405


def test_the_form_offers_colleagues_of_ones_units_and_what_the_tab_has() -> None:
    browser = world.client("li")
    form = browser.get(FILTERS, {"show": "ours"}).content.decode()
    assert 'value="wang"' in form
    assert 'value="chen"' not in form
    assert 'name="due"' in form
    assert 'name="due"' not in browser.get(FILTERS, {"show": "closed"}).content.decode()


def test_what_is_settled_is_not_asked_what_only_open_work_has() -> None:
    case = story.closed()
    assert listed(show="closed", due="overdue", state="triaged") == [case.number]


VALUES = {"state": "triaged", "due": "overdue", "unread": "1", "type": "fee", "line": "card", "tag": "urged",
          "owner": "li", "unit": "cs-team-1", "language": "en", "channel": "email",
          "since": TODAY, "until": TODAY}  # fmt: skip


def plan(username: str, **asked: str) -> str:
    """How PostgreSQL finds a page of it, when it may not read the whole table."""
    by, request = world.actor(username), RequestFactory().get(INBOX, asked)
    tab, keys = inbox.FILTERS[asked["show"]], tables.sorting(request, inbox.COLUMNS, "-last").keys
    narrowed = narrowing.condition(narrowing.given(asked, settled=not tab.counted), by)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = lines.statement(tab.shelf, narrowed, tables.look(request, keys), inbox.PAGE_ROWS, by)
    explained: str = rows.explain()
    return explained


@pytest.mark.parametrize("sort", ["-last", "last"])
@pytest.mark.parametrize("show", ["ours", "closed"])
@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("username", ["li", "sun"])
def test_every_filter_in_every_order_goes_by_an_index(username: str, name: str, show: str, sort: str) -> None:
    assert set(VALUES) == set(narrowing.NARROWINGS)
    assert "Seq Scan on cases_case" not in plan(username, show=show, sort=sort, **{name: VALUES[name]})


@pytest.mark.parametrize("name", ["line", "type", "owner"])
def test_a_settled_page_is_read_in_order_and_never_sorted(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert f"case_{name}_settled" in plan("sun", show="closed", sort="-last", **{name: VALUES[name]})
