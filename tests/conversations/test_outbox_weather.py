"""A server that drops, delays and refuses at each stage of the hand-over, and what becomes of the letter."""

import errno
import os
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from plainspoken.channels.email import send
from plainspoken.conversations.models import Outgoing
from sending import after, answer, letter, through
from smtp_peer import Peer, Stage

pytestmark = pytest.mark.usefixtures("mailbox")
BEFORE_THE_MESSAGE: tuple[Stage, ...] = ("greeting", "hello", "mail", "rcpt", "body")
Written = Callable[[Peer], Outgoing]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a minute in a test."""
    for name in ("TIMEOUT_SECONDS", "ANSWER_SECONDS", "PARTING_SECONDS"):
        monkeypatch.setattr(send, name, 0.3)


@pytest.mark.parametrize("written", [answer, letter])
@pytest.mark.parametrize("stage", BEFORE_THE_MESSAGE)
def test_hung_up_before_a_word_of_it_was_said_it_waits(peer: Peer, stage: Stage, written: Written) -> None:
    peer.hangs_up_at = stage
    outgoing = after(written(peer))
    assert (outgoing.state, outgoing.attempts, peer.received) == ("waiting", 1, [])


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("written", [answer, letter])
@pytest.mark.parametrize("stage", BEFORE_THE_MESSAGE)
def test_silent_before_a_word_of_it_was_said_it_waits(peer: Peer, stage: Stage, written: Written) -> None:
    peer.waits_at = stage
    outgoing = after(written(peer))
    assert (outgoing.state, outgoing.attempts, peer.received) == ("waiting", 1, [])


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("written", "state"), [(answer, "uncertain"), (letter, "waiting")])
def test_silent_after_the_last_dot_nobody_knows(peer: Peer, written: Written, state: str) -> None:
    peer.waits_at = "data"
    assert after(written(peer)).state == state


@pytest.mark.parametrize("stage", BEFORE_THE_MESSAGE)
def test_put_off_it_waits_wherever_it_is_said(peer: Peer, stage: Stage) -> None:
    peer.answers[stage] = "421 4.3.2 Closing down"
    outgoing = after(answer(peer))
    assert (outgoing.state, outgoing.trouble) == ("waiting", "421 4.3.2 Closing down")


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        ("greeting", "waiting"),
        ("hello", "waiting"),
        ("mail", "failed"),
        ("rcpt", "failed"),
        ("body", "failed"),
        ("data", "failed"),
    ],
)
def test_refused_for_good_it_is_the_letter_that_fails_not_the_server(
    peer: Peer, stage: Stage, state: str
) -> None:
    """Who refuses before hearing of a letter refuses us: that is put right by people, and the letter waits."""
    peer.answers[stage] = "554 5.7.1 Not from you"
    assert after(answer(peer)).state == state


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("trouble", ["silent", "hangs_up", "refuses"])
def test_how_the_server_says_goodbye_changes_nothing(peer: Peer, trouble: str) -> None:
    if trouble == "silent":
        peer.waits_at = "quit"
    elif trouble == "hangs_up":
        peer.hangs_up_at = "quit"
    else:
        peer.answers["quit"] = "554 Never"
    began = time.monotonic()
    assert (after(answer(peer)).state, len(peer.received)) == ("left", 1)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("written", [answer, letter])
def test_a_folder_without_room_is_no_doubt_whether_it_left(
    peer: Peer, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a mailbox without a server: nothing has left, so nobody has to decide anything."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    outgoing = written(peer)
    through(peer, smtp_host="")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        outgoing = after(outgoing)
    assert (outgoing.state, outgoing.attempts) == ("waiting", 1)
    assert after(outgoing, timedelta(minutes=1)).state == "left"
