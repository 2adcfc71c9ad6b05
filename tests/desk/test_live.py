"""What the browser is told, and what it fetches then: through the same doors as any page."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

import story
import world
from plainspoken.conversations.models import Exclusion
from plainspoken.kernel import clock, presence
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Presence, Read
from plainspoken.organization.request import look_again
from plainspoken.ui import live

pytestmark = pytest.mark.usefixtures("desk")
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A hub of the test's own and a quick heart; the connection is closed in the end."""
    hub = live.Hub()
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(live, "hub", hub)
    yield
    until = time.monotonic() + 10
    while not hub.idle and time.monotonic() < until:
        time.sleep(0.05)


@contextmanager
def stream(browser: Client, **query: object) -> Iterator[Iterator[bytes]]:
    answer = browser.get(reverse("desk.live"), query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/event-stream"
    assert answer["Cache-Control"] == "no-store"
    told = iter(answer)
    yield told
    live.hub.end()
    list(told)


def test_a_stream_says_hello_and_shows_who_looks() -> None:
    case = story.triaged()
    query = {"about": case.conversation_id, "tab": uuid4(), "after": "nonsense"}
    with stream(world.client("li"), **query) as told:
        assert b"event: hello" in next(told)
        assert Presence.objects.get().person_id == world.person("li").pk
    assert not Presence.objects.exists()


def test_who_may_not_see_the_conversation_is_not_there() -> None:
    case = story.triaged()
    with stream(world.client("chen"), about=case.conversation_id) as told:
        next(told)
        assert not Presence.objects.exists()


def test_the_stream_is_for_staff_and_only_read() -> None:
    address = reverse("desk.live")
    assert Client().get(address).status_code == 303
    assert world.client("li").post(address).status_code == 405
    assert world.client("li").head(address).status_code == 405


def test_a_process_keeps_threads_for_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "STREAMS_MAX", 0)
    answer = world.client("li").get(reverse("desk.live"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("way", ["signed out", "new password", "no post"])
def test_who_reads_is_looked_at_anew(way: str) -> None:
    browser = world.client("li")
    request = browser.get(reverse("desk.due")).wsgi_request
    seen = look_again(request)  # type: ignore[arg-type]
    assert seen
    assert seen.id == world.person("li").pk
    li = world.person("li")
    if way == "signed out":
        browser.logout()
    elif way == "new password":
        li.set_password("another harbour at dusk")
        li.save(update_fields=["password"])
    else:
        with clock.moved(clock.now().replace(year=1999)):
            assert look_again(request) is None  # type: ignore[arg-type]
        return
    assert look_again(request) is None  # type: ignore[arg-type]


def test_an_exclusion_ends_the_presence_and_not_the_stream() -> None:
    case = story.triaged()
    wang = world.person("wang")
    with stream(world.client("wang"), about=case.conversation_id) as told:
        next(told)
        Exclusion.objects.create(conversation=case.conversation, person=wang, since=clock.now())
        for _ in range(live.RECHECK_BEATS + 1):
            assert b"ended" not in next(told)
        assert not Presence.objects.exists()


def test_the_parts_of_a_case_come_through_its_door_and_are_noted() -> None:
    case = story.triaged()
    address = reverse("desk.live.case", args=[case.pk])
    before = Read.objects.filter(subject_id=case.pk).count()
    shown = world.client("li").get(address, headers=HTMX).content.decode()
    for part in ("case-head", "thread", "pane-context", "pane-list", "pane-foot"):
        assert f'id="{part}"' in shown
    assert "<html" not in shown
    assert Read.objects.filter(subject_id=case.pk).count() == before + 1
    assert world.client("chen").get(address, headers=HTMX).status_code == 404
    assert world.client("li").post(address).status_code == 405
    about = reverse("desk.live.conversation", args=[case.conversation_id])
    assert 'id="thread"' in world.client("li").get(about, headers=HTMX).content.decode()
    assert world.client("chen").get(about, headers=HTMX).status_code == 404


def test_the_list_marks_the_case_beside_it() -> None:
    case = story.triaged()
    address = reverse("desk.live.list")
    shown = world.client("li").get(address, {"show": "mine", "open": case.pk}, headers=HTMX).content.decode()
    assert 'aria-current="true"><span class="row-who">' in shown
    assert 'hx-target="#pane-main"' in shown
    alone = world.client("li").get(address, {"show": "mine"}, headers=HTMX).content.decode()
    assert case.number in alone
    assert 'hx-target="#pane-main"' not in alone
    assert case.number not in world.client("chen").get(address, headers=HTMX).content.decode()
    assert world.client("li").get(address, {"open": "nonsense"}).status_code == 200


def test_what_waits_is_counted_by_entry_of_the_menu() -> None:
    story.triaged()
    counts = world.client("li").get(reverse("desk.live.counts")).json()
    assert counts["desk.inbox"] == 1
    assert {"desk.tasks", "desk.bell"} <= set(counts)
    assert Client().get(reverse("desk.live.counts")).status_code == 303


def test_who_is_there_is_said_to_who_may_see_the_conversation_and_not_noted_as_a_reading() -> None:
    case = story.triaged()
    about, li = case.conversation_id, world.person("li")
    presence.arrive(uuid7(), about, li.pk)
    address = reverse("desk.live.presence", args=[about])
    before = Read.objects.filter(actor_id=world.person("wang").pk).count()
    shown = world.client("wang").get(address, headers=HTMX).content.decode()
    assert "李敏" in shown
    assert "is-typing" not in shown
    assert "李敏" not in world.client("li").get(address, headers=HTMX).content.decode()
    assert world.client("chen").get(address, headers=HTMX).status_code == 404
    story.post(world.client("li"), "desk.draft", case.pk, {"text": "尊敬的"}, fragment=True)
    assert "is-typing" in world.client("wang").get(address, headers=HTMX).content.decode()
    assert Read.objects.filter(actor_id=world.person("wang").pk).count() == before
    story.post(world.client("li"), "desk.draft", case.pk, {"text": ""}, fragment=True)
    assert "is-typing" not in world.client("wang").get(address, headers=HTMX).content.decode()


def test_a_page_says_where_its_stream_is_and_from_when() -> None:
    shown = world.client("li").get(reverse("desk.due")).content.decode()
    assert '<ps-live class="line-down" src="/live/" data-after="' in shown
    assert "<ps-live" not in Client().get(reverse("organization.session.sign_in")).content.decode()
