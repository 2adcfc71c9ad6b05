from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from plainspoken.kernel import clock
from plainspoken.kernel.machine import Edge, Machine, State
from plainspoken.ui import moments
from plainspoken.ui.templatetags.ui import (
    avatar,
    badge,
    due,
    icon,
    initials,
    person,
    since,
    state_badge,
    when,
)

NOON = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
MACHINE = Machine(
    "test.case",
    [State("received", "Received"), State("triaged", "Triaged"), State("closed", "Closed", open=False)],
    [Edge("close", ("received",), "closed")],
)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOON, "12:00"),
        (datetime(2026, 3, 2, 16, 30, tzinfo=UTC), "00:30"),
        (datetime(2026, 3, 2, 15, 30, tzinfo=UTC), "2 Mar 23:30"),
        (datetime(2025, 12, 31, 15, 30, tzinfo=UTC), "31 Dec 2025 23:30"),
        (datetime(2025, 12, 31, 16, 30, tzinfo=UTC), "1 Jan 00:30"),
    ],
)
def test_a_moment_is_as_short_as_the_reader_needs(moment: datetime, expected: str) -> None:
    with clock.moved(NOON), translation.override("en"), timezone.override(ZoneInfo("Asia/Shanghai")):
        assert moments.short(moment) == expected


def test_a_moment_keeps_its_exact_value_for_machines() -> None:
    with clock.moved(NOON), timezone.override(ZoneInfo("Asia/Shanghai")):
        assert 'datetime="2026-03-03T04:00:00+00:00"' in when(NOON)
        assert ">13:00<" in when(NOON, zone="Asia/Tokyo")


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=47, minutes=59), "47 h ago"),
        (timedelta(hours=48), "2 d ago"),
        (-timedelta(hours=3, minutes=1), "in 3 h"),
    ],
)
def test_since_counts_in_the_unit_that_says_enough(length: timedelta, expected: str) -> None:
    with clock.moved(NOON), translation.override("en"):
        assert moments.since(NOON - length) == expected
        assert "<ps-time>" in since(NOON - length)


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (timedelta(hours=5, minutes=1), "5 h left", "calm"),
        (timedelta(minutes=90), "1 h left", "soon"),
        (-timedelta(minutes=25), "25 min overdue", "late"),
    ],
)
def test_a_promise_shows_how_it_stands(left: timedelta, words: str, tone: str) -> None:
    with clock.moved(NOON), translation.override("en"):
        assert moments.due(NOON + left) == (words, tone)
        assert f"due-{tone}" in due(NOON + left)


@pytest.mark.parametrize(
    ("state", "tone"), [("received", "tone-new"), ("triaged", "tone-active"), ("closed", "tone-done")]
)
def test_the_machine_gives_a_state_its_tone(state: str, tone: str) -> None:
    assert tone in state_badge(MACHINE, state)
    assert "tone-waiting" in state_badge(MACHINE, state, "waiting")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("陈婉清", "陈"),
        ("Mara Lindqvist", "ML"),
        ("Madonna", "M"),
        ("Jan van der Berg", "JB"),
        ("", "?"),
        (" ", "?"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


@pytest.mark.parametrize(
    "drawn", [person("<b>x</b>"), badge("<b>x</b>"), avatar("<b"), icon("mail", "<b>x</b>")]
)
def test_what_people_wrote_stays_text(drawn: str) -> None:
    assert "<b" not in drawn


def test_a_masked_value_opens_by_a_link_only_where_there_is_one() -> None:
    shut = Template('{% masked "138****8000" %}').render(Context())
    opened = Template('{% masked "138****8000" "/reveal/" %}').render(Context())
    assert "138****8000" in shut
    assert "<a" not in shut
    assert 'href="/reveal/"' in opened
