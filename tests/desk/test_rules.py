"""What is pure: which buttons there are, what is visible of a text, words for every code."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainspoken.cases.intake import FAILED
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case
from plainspoken.channels.email.troubles import Trouble
from plainspoken.desk import words
from plainspoken.desk.composer import MODES
from plainspoken.desk.queries import possible
from plainspoken.desk.queries.thread import split
from plainspoken.kernel import action
from plainspoken.kernel.actor import Actor, Kind
from plainspoken.kernel.worktime import calendar

ME = uuid4()
CODES = frozenset(verb.code for verb in (*possible.BUTTONS, *possible.SAID))


def actor(*, permissions: frozenset[str] = CODES) -> Actor:
    return Actor(Kind.STAFF, ME, "李敏", permissions)


def verbs(state: str, *, mine: bool = True, permissions: frozenset[str] = CODES) -> frozenset[str]:
    case = Case(state=state, owner_id=ME if mine else uuid4())
    return possible.possible(case, actor(permissions=permissions)).codes


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one question to the database is another test's."""
    monkeypatch.setattr(possible, "asked_of", lambda case, by: False)


@pytest.mark.parametrize("state", INQUIRY.states)
def test_buttons_are_edges_from_here_and_permissions_held(state: str) -> None:
    here = {edge.name for edge in INQUIRY.leaving(state)}
    for verb in (*possible.BUTTONS, *possible.SAID):
        if verb.code in verbs(state):
            assert verb.edge.name in here
    assert verbs(state, permissions=frozenset()) == frozenset()
    assert verbs(state, permissions=frozenset({"cases.inquiry.close"})) <= {"cases.inquiry.close"}


@pytest.mark.parametrize("state", INQUIRY.states)
def test_what_only_the_owner_may_has_no_button_for_others(state: str) -> None:
    owners = {verb.code for verb in (*possible.BUTTONS, *possible.SAID) if verb.owners}
    assert not verbs(state, mine=False) & owners


def test_every_edge_a_person_takes_has_a_button_or_a_composer() -> None:
    served = {verb.edge.name for verb in (*possible.BUTTONS, *possible.SAID)}
    assert {edge.name for edge in INQUIRY} - served == {"mark_answered"}


def test_every_button_and_every_mode_names_an_action() -> None:
    assert {*CODES, *MODES} <= set(action.specs)


def test_every_code_a_screen_may_meet_has_words() -> None:
    assert set(words.DAY_KINDS) == {kind.value for kind in calendar.Kind}
    assert set(words.HELD_REASONS) == {*Trouble, FAILED}


@given(st.text(), st.text())
def test_nothing_of_a_text_is_lost_between_visible_and_quoted(visible: str, rest: str) -> None:
    shown, quoted = split(visible + rest, visible)
    assert "".join((shown + quoted).split()) == "".join((visible + rest).split())


@given(st.text())
def test_what_is_not_quoted_is_shown_once(text: str) -> None:
    assert split(text, text) == (text, "")


def test_without_anything_visible_the_whole_is_shown() -> None:
    assert split("> only a quote", "") == ("> only a quote", "")


def test_names_are_in_the_language_asked_for() -> None:
    row = SimpleNamespace(name_zh="李敏", name_en="Li Min")
    assert (words.name(row, "zh-hans"), words.name(row, "en")) == ("李敏", "Li Min")
