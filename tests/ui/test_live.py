"""The stream of a screen and the hub behind it: told what it missed, let go when too slow, ended when it must."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from django.db import connection

from plainspoken.kernel import live as kernel
from plainspoken.kernel.actor import Actor, Kind
from plainspoken.kernel.live import Audience, Notice
from plainspoken.ui import live
from plainspoken.ui.live import Hub, Stream

UNIT = uuid4()
LI = Actor(Kind.STAFF, uuid4(), "li", frozenset(), units=frozenset({UNIT}))
CHEN = Actor(Kind.STAFF, uuid4(), "chen", frozenset(), units=frozenset({uuid4()}))
PATIENCE_SECONDS = 20.0
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub of the test's own, whose connection is closed in the end."""
    made = Hub()
    monkeypatch.setattr(live, "hub", made)
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.05)
    yield made
    for stream in list(made._streams):
        made.leave(stream)
    until(lambda: made.idle)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def changed(key: UUID, **audience: object) -> Notice:
    given = Audience(units=frozenset({UNIT})) if not audience else Audience(**audience)  # type: ignore[arg-type]
    return Notice("conversations.conversation", key, given)


def told(stream: Stream) -> list[UUID]:
    found = []
    while not stream.waiting.empty():
        notice = stream.waiting.get_nowait()
        found += [notice.id] if notice and notice.subject != kernel.GAP else []
    return found


def test_what_commits_on_any_connection_reaches_those_it_concerns(hub: Hub) -> None:
    ours, theirs = Stream(LI), Stream(CHEN)
    hub.join(ours)
    hub.join(theirs)
    time.sleep(0.3)  # longer than an idle hub would listen
    told(ours)
    key = uuid4()
    kernel.send([changed(key)])
    until(lambda: not ours.waiting.empty())
    assert told(ours) == [key]
    assert told(theirs) == []


def test_one_connection_listens_for_all_and_none_when_nobody_does(hub: Hub) -> None:
    streams = [Stream(LI) for _ in range(20)]
    for stream in streams:
        hub.join(stream)
    assert [thread.name for thread in threading.enumerate()].count("live") == 1
    for stream in streams:
        hub.leave(stream)
    until(lambda: hub.idle)
    until(lambda: "live" not in [thread.name for thread in threading.enumerate()])


def test_who_comes_back_is_told_what_was_missed_or_that_it_cannot_be_known(hub: Hub) -> None:
    first = Stream(LI)
    assert not hub.join(first)
    hub._since = 0
    key, after = uuid4(), live.now_ms()
    hub.hear(changed(key))
    back = Stream(LI, after=after)
    assert hub.join(back)
    assert told(back) == [key]
    later = Stream(LI, after=live.now_ms() + 2 * live.SKEW_MS)
    assert hub.join(later)
    assert told(later) == []
    hub._since = live.now_ms()
    assert not hub.join(Stream(LI, after=after - 10_000))
    other = Stream(CHEN, after=after)
    hub.join(other)
    assert told(other) == []


def test_what_the_hub_no_longer_remembers_it_does_not_pretend_to_know(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.join(Stream(LI))
    hub._since = 0
    after = live.now_ms() - 10 * live.SKEW_MS
    for _ in range(live.HEARD_MAX + 1):
        hub.hear(changed(uuid4(), people=frozenset({CHEN.id})))
    assert not hub.join(Stream(LI, after=after))


def test_a_reader_too_slow_is_let_go(hub: Hub) -> None:
    slow = Stream(LI)
    hub.join(slow)
    for _ in range(live.WAITING_MAX + 1):
        hub.hear(changed(uuid4()))
    assert slow.over


def test_when_the_line_to_the_database_was_lost_every_screen_looks_anew(hub: Hub) -> None:
    stream = Stream(LI)
    hub.join(stream)
    until(lambda: not stream.waiting.empty())
    stream.waiting.get_nowait()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query = %s AND datname = current_database()",
            [f"LISTEN {kernel.CHANNEL}"],
        )
    until(lambda: not stream.waiting.empty())
    notice = stream.waiting.get_nowait()
    assert notice
    assert notice.subject == kernel.GAP


def test_presence_is_told_only_to_screens_of_the_same_conversation(hub: Hub) -> None:
    about = uuid4()
    same, other = Stream(LI, about=about), Stream(LI, about=uuid4())
    for stream in (same, other):
        hub.join(stream)
    hub.hear(Notice(kernel.PRESENCE, about))
    assert about in told(same)
    assert about not in told(other)


def test_the_next_page_of_a_tab_ends_the_stream_of_the_one_before(hub: Hub) -> None:
    tab = uuid4()
    before, elsewhere = Stream(LI, tab=tab), Stream(LI, tab=uuid4())
    hub.join(before)
    hub.join(elsewhere)
    next_page = live.events(Stream(LI, tab=tab), lambda stream: LI)
    next(next_page)
    until(lambda: before.over)
    assert not elsewhere.over
    next_page.close()


def event(line: bytes) -> tuple[str, dict[str, object]]:
    parts = dict(part.split(": ", 1) for part in line.decode().strip().splitlines())
    return parts["event"], json.loads(parts["data"])


def test_a_stream_says_hello_then_what_changed_by_code_and_id(hub: Hub) -> None:
    stream = Stream(LI)
    told_now = live.events(stream, lambda stream: LI)
    assert event(next(told_now)) == ("hello", {"whole": False})
    key = uuid4()
    hub.hear(changed(key))
    while (name_and_data := next(told_now)).startswith(b":") or kernel.GAP.encode() in name_and_data:
        continue
    assert event(name_and_data) == ("changed", {"subject": "conversations.conversation", "id": str(key)})
    assert name_and_data.startswith(b"id: ")
    told_now.close()
    assert stream not in hub._streams


def test_a_quiet_stream_shows_that_it_lives(hub: Hub) -> None:
    told_now = live.events(Stream(LI), lambda stream: LI)
    lines = [next(told_now) for _ in range(4)]
    assert b": still here\n\n" in lines
    told_now.close()


@pytest.mark.parametrize("subject", sorted(live.RIGHTS))
def test_who_may_no_longer_is_told_so_and_the_stream_ends(hub: Hub, subject: str) -> None:
    answers: list[Actor | None] = [LI, None]
    told_now = live.events(Stream(LI), lambda stream: answers.pop(0))
    next(told_now)
    hub.hear(Notice(subject, uuid4(), Audience(people=frozenset({LI.id}))))
    hub.hear(Notice(subject, uuid4(), Audience(people=frozenset({LI.id}))))
    rest = list(told_now)
    assert event(rest[-1])[0] == "ended"
    assert answers == []


def test_rights_are_looked_at_now_and_then_although_nobody_tells(hub: Hub) -> None:
    told_now = live.events(Stream(LI), lambda stream: None)
    assert event(list(told_now)[-1])[0] == "ended"


def test_a_stream_follows_the_units_of_its_reader(hub: Hub) -> None:
    moved = Actor(Kind.STAFF, LI.id, "li", frozenset(), units=CHEN.units)
    stream = Stream(LI)
    told_now = live.events(stream, lambda stream: moved)
    next(told_now)
    hub.hear(Notice("organization.firm", uuid4(), Audience(everybody=True)))
    until(lambda: b"organization.firm" in next(told_now))
    assert not stream.hears(changed(uuid4()))
    told_now.close()


def test_when_the_process_is_told_to_stop_all_streams_end_at_once(hub: Hub) -> None:
    told_now = live.events(Stream(LI), lambda stream: LI)
    next(told_now)
    began = time.monotonic()
    hub.end()
    list(told_now)
    late = live.events(Stream(LI), lambda stream: LI)
    list(late)
    assert time.monotonic() - began < 2
