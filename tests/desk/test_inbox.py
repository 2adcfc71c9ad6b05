"""The list: what each filter holds, for whom, in which order, at what cost."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import story
import world
from plainspoken.desk.queries import inbox, waiting
from plainspoken.kernel.models import Read

pytestmark = pytest.mark.usefixtures("desk")
INBOX = "/cases/"


def listed(username: str, show: str = "", **more: str) -> list[str]:
    """The numbers of the cases in the list, in order."""
    page = world.client(username).get(INBOX, {"show": show, **more} if show else more)
    assert page.status_code == 200
    return re.findall(r'class="row-number">([^<]+)<', page.content.decode())


def test_who_has_not_signed_in_is_asked_to() -> None:
    answer = Client().get(INBOX)
    assert answer.status_code == 303
    assert answer["Location"].startswith(reverse("organization.session.sign_in"))


def test_no_other_method() -> None:
    assert world.client("li").post(INBOX).status_code == 405


@pytest.mark.parametrize(
    ("show", "made"),
    [
        ("mine", story.taken),
        ("ours", story.received),
        ("waiting", story.received),
        ("followed", story.answered),
        ("closed", story.closed),
        ("no_inquiry", story.dismissed),
    ],
)
def test_a_filter_holds_what_it_says(show: str, made: object) -> None:
    case = made()  # type: ignore[operator]
    assert listed("li", show) == [case.number]


def test_what_is_mine_is_nobody_elses() -> None:
    case = story.taken("wang")
    assert listed("li", "mine") == []
    assert listed("li", "ours") == [case.number]
    assert listed("li", "waiting") == []


def test_a_department_sees_what_it_was_asked_and_no_more() -> None:
    story.received(sender="other@example.com")
    case = story.asked(department="credit-card")
    assert listed("zhou", "asked") == [case.number]
    assert listed("zhou", "ours") == []
    assert listed("chen", "asked") == []


def test_the_head_above_sees_the_work_of_the_units_below() -> None:
    case = story.received()
    assert listed("zhao", "ours") == [case.number]


def test_the_supervision_team_sees_all_and_has_nothing_to_do() -> None:
    case = story.received()
    assert listed("sun", "ours") == [case.number]
    assert "cases.queue.take_next" not in world.actor("sun").permissions
    assert "/queue/next/" not in world.client("sun").get(INBOX).content.decode()


def test_an_excluded_person_does_not_see_it_in_any_filter() -> None:
    case = story.received()
    case.conversation.exclusions.create(id=None, person=world.person("li"), since=case.received_at)
    assert listed("li", "ours") == []
    assert inbox.counted(world.actor("li"))["ours"] == 0


def test_without_a_filter_the_first_that_has_something_is_shown() -> None:
    case = story.received()
    assert listed("li") == [case.number]
    mine = story.taken("li")
    assert listed("li") == [mine.number]
    assert listed("li", "nonsense") == [mine.number]


def test_the_latest_first_or_the_first_due() -> None:
    first, second = story.received(), story.received(sender="other@example.com")
    assert listed("li", "waiting") == [second.number, first.number]
    assert listed("li", "waiting", sort="due") == [first.number, second.number]
    assert world.client("li").get(INBOX, {"sort": "colour"}).status_code == 400
    assert world.client("li").get(INBOX, {"show": "closed", "sort": "due"}).status_code == 400


def test_pages_go_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PAGE_ROWS", 2)
    numbers = [story.received(sender=f"c{n}@example.com").number for n in range(3)]
    page = world.client("li").get(INBOX, {"show": "waiting"})
    beyond = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
    assert beyond
    second = world.client("li").get(INBOX + beyond[1].replace("&amp;", "&"))
    assert re.findall(r'class="row-number">([^<]+)<', second.content.decode()) == [numbers[0]]
    assert world.client("li").get(INBOX, {"after": "forged"}).status_code == 400


def test_a_row_is_bold_until_it_has_been_opened() -> None:
    case, browser = story.received(), world.client("li")
    assert "is-unread" in browser.get(INBOX).content.decode()
    browser.get(reverse("desk.case", args=[case.pk]))
    assert Read.objects.filter(subject_id=case.pk, actor_id=world.person("li").pk).exists()
    assert "is-unread" not in browser.get(INBOX).content.decode()


def test_names_and_addresses_of_strangers_are_masked_or_their_own() -> None:
    story.received(name="", sender="somebody@example.com")
    page = world.client("li").get(INBOX).content.decode()
    assert "somebody@example.com" not in page
    assert "so***@example.com" in page


def test_the_badge_counts_what_waits_for_the_person() -> None:
    story.taken("li")
    story.answered("wang")
    assert waiting.read(world.actor("li")).cases == 1
    assert waiting.read(world.actor("wang")).cases == 0
    story.asked("wang", "credit-card")
    assert waiting.read(world.actor("zhou")).cases == 1


def test_counts_stop_at_a_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "COUNT_MAX", 1)
    story.received()
    story.received(sender="other@example.com")
    assert inbox.counted(world.actor("li"))["waiting"] == 1


def test_more_cases_cost_no_more_queries() -> None:
    story.received()
    browser = world.client("li")
    browser.get(INBOX)
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(INBOX)
    for number in range(4):
        story.taken("li" if number % 2 else "wang")
    with CaptureQueriesContext(connection) as many:
        browser.get(INBOX, {"show": "ours"})
    assert len(many) <= len(few) <= 9
