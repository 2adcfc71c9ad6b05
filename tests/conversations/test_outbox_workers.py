"""Several workers at once, and workers that are killed: nothing is sent twice in silence, nothing is lost."""

from datetime import timedelta

import pytest

import mailroom
import weather
import world
from plainspoken.conversations import outbox
from plainspoken.conversations.actions import outgoing as on_the_way
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Outgoing
from plainspoken.kernel import clock, verify
from plainspoken.kernel.errors import WrongState
from sending import SECOND, UNDO, after, answer, letter, tasks, through
from smtp_peer import Peer, Stage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.processes
def test_two_workers_at_once_send_each_message_once(peer: Peer) -> None:
    mailroom.opened()
    about = mailroom.received().conversation
    through(peer)
    ids = {f"<{send.reply(about, by=world.actor('li'), text=str(n)).header_id}>" for n in range(20)}
    children = [weather.forked(after_second_thoughts) for _ in range(2)]
    try:
        weather.wait_until(lambda: Outgoing.objects.filter(state="left").count() == 21, "all have left")
    finally:
        for child in children:
            weather.killed(child)
    assert sorted(one.mail["Message-ID"] for one in peer.received) == sorted(ids)
    assert set(Outgoing.objects.filter(message__kind="out").values_list("attempts", flat=True)) == {1}


def test_taken_back_at_the_last_moment_it_is_either_back_or_gone(peer: Peer) -> None:
    mailroom.opened()
    about = mailroom.received().conversation
    through(peer)
    li, gone = world.actor("li"), set[str]()
    for number in range(8):
        message = send.reply(about, by=li, text=f"第 {number} 条")
        leaving = weather.thread(after_second_thoughts)
        try:
            send.undo(message.outgoing, by=li)
        except WrongState:
            gone.add(f"<{message.header_id}>")
        leaving.join()
    assert {one.mail["Message-ID"] for one in peer.received} == gone
    assert Outgoing.objects.filter(state="withdrawn").count() == 8 - len(gone)


def after_second_thoughts() -> None:
    with clock.moved(clock.now() + UNDO + SECOND):
        outbox.drain_outbox()


@pytest.mark.processes
@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_killed_while_handing_over_a_persons_words_are_in_doubt(peer: Peer, stage: Stage) -> None:
    mailroom.opened()
    outgoing = died_with(answer(peer), peer, stage)
    assert after(outgoing, UNDO + outbox.ABANDONED_AFTER).state == "uncertain"
    assert tasks("cases.uncertain") == [("li", "customer-service")]
    on_the_way.send_again(outgoing, by=world.actor("li"))
    assert after(outgoing).state == "left"
    assert peer.received[-1].mail["Message-ID"] == f"<{outgoing.message.header_id}>"
    assert verify.verify().trouble is None


@pytest.mark.processes
@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_killed_while_handing_over_a_machines_letter_goes_again(peer: Peer, stage: Stage) -> None:
    mailroom.opened()
    outgoing = died_with(letter(peer), peer, stage)
    assert after(outgoing, UNDO + outbox.ABANDONED_AFTER).state == "waiting"
    assert after(outgoing, timedelta(minutes=2)).state == "left"
    assert peer.received[-1].mail["Message-ID"] == f"<{outgoing.message.header_id}>"


def died_with(outgoing: Outgoing, peer: Peer, stage: Stage) -> Outgoing:
    """A worker is killed while the server thinks; before that nobody else touches what it holds."""
    peer.waits_at = stage
    child = weather.forked(after_second_thoughts)
    try:
        weather.wait_until(lambda: peer.seen[stage] == 1, "the worker hands it over")
        assert after(outgoing, UNDO + outbox.ABANDONED_AFTER).state == "leaving"
    finally:
        weather.killed(child)
    peer.gate.set()
    return outgoing
