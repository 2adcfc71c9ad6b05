"""A server that is slow or away holds up its own mailbox and no other."""

from datetime import timedelta

import pytest

import mailroom
import smtp_peer
import weather
import world
from plainspoken.channels import actions as channels
from plainspoken.conversations import outbox
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Conversation, Outgoing
from plainspoken.kernel import clock, drain
from sending import MACHINE, SECOND, through
from smtp_peer import Peer

pytestmark = pytest.mark.django_db(transaction=True)
CARD = "card@haian.example"


def card_centre() -> Conversation:
    """A conversation of another mailbox, which has no server: its letters leave into the folder."""
    channels.put_mailbox(
        world.unit("credit-card"), by=mailroom.OPENER, address=CARD, name_zh="卡", name_en="Card"
    )
    mailroom.arrives(mailroom.mail("卡丢了", sender="second@example.com"), to=CARD)
    return mailroom.case().conversation


def blocked(about: Conversation) -> Outgoing:
    return send.send_automatic(about, by=MACHINE, text="已挂失").outgoing


def letters(peer: Peer, count: int) -> list[Outgoing]:
    """Letters of one mailbox, all ready to leave by the server."""
    case = mailroom.received()
    through(peer)
    return [
        send.send_automatic(case.conversation, by=MACHINE, text=f"第 {number} 封").outgoing
        for number in range(count)
    ]


def state(outgoing: Outgoing) -> str:
    return Outgoing.objects.get(pk=outgoing.pk).state


def test_while_one_server_thinks_the_letters_of_another_mailbox_leave(peer: Peer) -> None:
    mailroom.opened()
    about = card_centre()
    first, second = letters(peer, 2)
    other = blocked(about)
    peer.waits_at = "data"
    workers = drain.Workers(["outbox"])
    workers.start()
    try:
        weather.wait_until(lambda: peer.seen["data"] == 1, "the server thinks")
        weather.wait_until(lambda: state(other) == "left", "the other mailbox is served")
        assert (state(first), state(second)) == ("leaving", "leaving")
        peer.gate.set()
        weather.wait_until(lambda: state(second) == "left", "the slow one too")
    finally:
        peer.gate.set()
        workers.stop()
    assert len(peer.received) == 2


def test_one_mailbox_is_served_by_one_lane(peer: Peer) -> None:
    mailroom.opened()
    letters(peer, 3)
    peer.waits_at = "data"
    lane = weather.thread(outbox.drain_outbox)
    weather.wait_until(lambda: peer.seen["data"] == 1, "the first lane hands over")
    assert outbox.drain_outbox() == 0
    peer.gate.set()
    lane.join()
    assert (len(peer.received), peer.seen["mail"]) == (3, 3)


def test_a_server_that_is_away_is_asked_once_and_not_for_each_letter() -> None:
    mailroom.opened()
    with smtp_peer.serving(Peer()) as gone:
        pass
    waiting = letters(gone, 5)
    drain.run_until_empty("outbox")
    assert sorted(Outgoing.objects.filter(pk__in=[one.pk for one in waiting]).values_list("attempts")) == [
        (0,),
        (0,),
        (0,),
        (0,),
        (1,),
    ]


def test_when_it_is_there_again_all_leave(peer: Peer) -> None:
    mailroom.opened()
    waiting = letters(peer, 3)
    peer.answers["mail"] = "421 4.3.2 Closing down"
    drain.run_until_empty("outbox")
    assert (peer.seen["mail"], peer.received) == (1, [])
    peer.answers.clear()
    with clock.moved(clock.now() + timedelta(seconds=30) + SECOND):
        drain.run_until_empty("outbox")
    assert {state(one) for one in waiting} == {"left"}


def test_who_waited_longest_for_a_turn_is_served_first(peer: Peer) -> None:
    mailroom.opened()
    about = card_centre()
    many = letters(peer, 2 * outbox.ROWS + 1)
    assert outbox.drain_outbox() == outbox.ROWS
    other = blocked(about)
    assert outbox.drain_outbox() == 1
    assert (state(other), state(many[-1])) == ("left", "waiting")
