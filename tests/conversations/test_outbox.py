"""Mail out through the outbox, to real servers that take it, refuse it, put it off, or hang up on it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

import mailroom
import smtp_peer
import weather
import world
from plainspoken.channels import actions as channels
from plainspoken.content import actions as content
from plainspoken.content.models import Script
from plainspoken.conversations import outbox
from plainspoken.conversations.actions import outgoing as on_the_way
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Attachment, Outgoing
from plainspoken.kernel import blobs, clock, ledger
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied
from sending import SECOND, after, answer, letter, tasks, through, time_passes
from smtp_peer import Peer, Stage

pytestmark = pytest.mark.usefixtures("mailbox")


@pytest.mark.duty("4.3.1a")
def test_it_leaves_and_what_left_is_what_came(peer: Peer) -> None:
    outgoing = after(answer(peer))
    (received,) = peer.received
    assert (outgoing.state, outgoing.attempts, outgoing.trouble) == ("left", 1, "")
    assert outgoing.sent
    assert blobs.read(outgoing.sent) == received.content
    assert (received.sender, received.recipients) == (mailroom.ADDRESS, ["wang@example.com"])
    assert received.mail["Message-ID"] == f"<{outgoing.message.header_id}>"
    assert outgoing.message.conversation.cases.get().state == "answered"


def test_the_ledger_says_when_it_left_and_what(peer: Peer) -> None:
    outgoing = after(answer(peer))
    assert outgoing.sent
    entry = world.entries("conversations.outgoing.leave")[-1]
    facts = ledger.facts(bytes(entry.body))
    assert (facts["state_before"], facts["state_now"], facts["message"]) == (
        "leaving",
        "left",
        str(outgoing.message_id),
    )
    assert facts["digest"] == bytes(outgoing.sent.sha256).hex()
    assert entry.actor_id == outbox.SENDER.id


def test_before_its_moment_nothing_leaves(peer: Peer) -> None:
    outgoing = after(answer(peer), timedelta())
    assert (outgoing.state, peer.seen["mail"]) == ("waiting", 0)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_refused_for_good_its_author_must_find_another_way(peer: Peer, stage: Stage) -> None:
    peer.answers[stage] = "550 5.1.1 No such user"
    outgoing = after(answer(peer))
    assert (outgoing.state, outgoing.trouble) == ("failed", "550 5.1.1 No such user")
    assert tasks("cases.not_delivered") == [("li", "customer-service")]
    assert outgoing.message.conversation.cases.get().state == "triaged"
    after(outgoing, timedelta(days=2))
    assert peer.seen["mail"] == 1


def test_a_machines_letter_refused_for_good_is_put_before_the_unit(peer: Peer) -> None:
    peer.answers["rcpt"] = "554 5.7.1 Spam"
    assert after(letter(peer)).state == "failed"
    assert tasks("cases.not_delivered") == [("", "customer-service")]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_put_off_it_waits_and_leaves_later(peer: Peer, stage: Stage) -> None:
    peer.answers[stage] = "451 4.7.1 Greylisted"
    outgoing = after(answer(peer))
    assert (outgoing.state, outgoing.attempts, outgoing.trouble) == ("waiting", 1, "451 4.7.1 Greylisted")
    assert after(outgoing, timedelta(seconds=20)).attempts == 1
    peer.answers.clear()
    assert after(outgoing, timedelta(seconds=60)).state == "left"
    assert len(peer.received) == 1


def test_each_wait_is_longer_up_to_half_an_hour_and_after_a_day_it_ends(peer: Peer) -> None:
    peer.answers["mail"] = "421 4.3.2 Down"
    outgoing, waits = answer(peer), list[float]()
    while len(waits) < 8:
        waits.append(seconds_put_off(outgoing))
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 1920]
    assert 23 < (sum(waits[:6]) + (on_the_way.ATTEMPTS_MAX - 7) * waits[7]) / 3600 < 25
    Outgoing.objects.filter(pk=outgoing.pk).update(attempts=on_the_way.ATTEMPTS_MAX - 1)
    seconds_put_off(outgoing)
    assert (outgoing.state, outgoing.attempts) == ("failed", on_the_way.ATTEMPTS_MAX)


def seconds_put_off(outgoing: Outgoing) -> float:
    """One attempt, as soon as there may be one."""
    moment = outgoing.leaves_at + SECOND
    with clock.moved(moment):
        outbox.drain_outbox()
    outgoing.refresh_from_db()
    return round((outgoing.leaves_at - moment).total_seconds(), -1)


def test_where_nobody_listens_it_waits(peer: Peer) -> None:
    with smtp_peer.serving(Peer()) as gone:
        pass
    outgoing = after(answer(gone))
    assert (outgoing.state, outgoing.trouble) == ("waiting", "ConnectionRefusedError")


@pytest.mark.parametrize("written", [answer, letter])
@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_hung_up_before_the_message_it_waits(
    peer: Peer, stage: Stage, written: Callable[[Peer], Outgoing]
) -> None:
    peer.hangs_up_at = stage
    outgoing = after(written(peer))
    assert (outgoing.state, outgoing.attempts) == ("waiting", 1)
    peer.hangs_up_at = None
    assert after(outgoing, timedelta(minutes=1)).state == "left"


def in_doubt(peer: Peer) -> Outgoing:
    """An answer after whose last dot the line broke."""
    peer.hangs_up_at = "data"
    outgoing = after(answer(peer))
    peer.hangs_up_at = None
    return outgoing


def test_hung_up_after_the_last_dot_a_persons_words_are_in_doubt(peer: Peer) -> None:
    outgoing = in_doubt(peer)
    assert (outgoing.state, outgoing.trouble) == ("uncertain", "SMTPServerDisconnected")
    assert tasks("cases.uncertain") == [("li", "customer-service")]
    assert after(outgoing, timedelta(days=2)).state == "uncertain"
    assert (peer.seen["data"], outgoing.message.conversation.cases.get().state) == (1, "triaged")


def test_in_doubt_its_author_says_that_it_left(peer: Peer) -> None:
    outgoing = in_doubt(peer)
    on_the_way.confirm(outgoing, by=world.actor("li"))
    after(outgoing)
    assert (outgoing.state, outgoing.left_at) == ("left", outgoing.departed_at)
    assert outgoing.message.conversation.cases.get().state == "answered"
    assert peer.seen["data"] == 1


def test_in_doubt_its_author_sends_it_again_under_the_same_id(peer: Peer) -> None:
    outgoing = in_doubt(peer)
    on_the_way.send_again(outgoing, by=world.actor("li"))
    assert after(outgoing).state == "left"
    assert peer.received[0].mail["Message-ID"] == f"<{outgoing.message.header_id}>"
    assert (peer.seen["data"], outgoing.attempts) == (2, 1)


@pytest.mark.parametrize("verb", [on_the_way.confirm, on_the_way.send_again])
def test_a_supervisor_decides_nothing_about_it(peer: Peer, verb: Callable[..., None]) -> None:
    with pytest.raises(PermissionDenied):
        verb(in_doubt(peer), by=world.actor("sun"))


def test_a_machines_letter_goes_again_under_the_same_id_and_not_for_ever(peer: Peer) -> None:
    peer.hangs_up_at = "data"
    outgoing = after(letter(peer))
    assert (outgoing.state, outgoing.trouble) == ("waiting", "SMTPServerDisconnected")
    Outgoing.objects.filter(pk=outgoing.pk).update(attempts=on_the_way.ATTEMPTS_MAX - 2)
    assert after(outgoing, timedelta(minutes=1)).state == "waiting"
    peer.hangs_up_at = None
    assert after(outgoing, timedelta(hours=1)).state == "left"
    assert peer.received[0].mail["Message-ID"] == f"<{outgoing.message.header_id}>"


def test_a_machines_letter_that_never_gets_an_answer_is_given_up(peer: Peer) -> None:
    peer.hangs_up_at = "data"
    outgoing = letter(peer)
    Outgoing.objects.filter(pk=outgoing.pk).update(attempts=on_the_way.ATTEMPTS_MAX - 1)
    assert after(outgoing).state == "failed"


def test_a_server_that_takes_its_time_is_waited_for(peer: Peer) -> None:
    peer.waits_at = "data"
    outgoing = answer(peer)
    timer = weather.later(0.5, peer.gate.set)
    assert after(outgoing).state == "left"
    timer.join()


def test_one_server_that_is_down_keeps_no_other_mailbox_waiting(peer: Peer) -> None:
    put_off = answer(peer)
    peer.answers["mail"] = "421 4.3.2 Down"
    channels.put_mailbox(
        world.unit("credit-card"),
        by=mailroom.OPENER,
        address="card@haian.example",
        name_zh="卡",
        name_en="Card",
    )
    mailroom.arrives(mailroom.mail("卡丢了", sender="second@example.com"), to="card@haian.example")
    other = send.reply(mailroom.case().conversation, by=world.actor("li"), text="已挂失")
    time_passes()
    put_off.refresh_from_db()
    assert (put_off.state, Outgoing.objects.get(message=other).state) == ("waiting", "left")


def test_without_a_server_it_lies_in_the_folder() -> None:
    message = send.reply(mailroom.received().conversation, by=world.actor("li"), text="您好")
    outgoing = after(message.outgoing)
    file = Path(settings.HOME) / "outbox" / f"{message.pk}.eml"
    assert outgoing.sent
    assert file.read_bytes() == blobs.read(outgoing.sent)


def test_without_its_script_it_cannot_be_written_and_says_so(peer: Peer) -> None:
    outgoing = answer(peer)
    content.retire(Script.objects.get(scene="solved"), by=system("t", "content.script.retire"))
    assert (after(outgoing).state, outgoing.trouble) == ("failed", "solved")


def test_without_its_file_it_does_not_leave(peer: Peer) -> None:
    about = mailroom.received().conversation
    through(peer)
    files = (("a.pdf", "application/pdf", b"%PDF" + b"x" * 100_000),)
    outgoing = send.reply(about, by=world.actor("li"), text="见附件", files=files).outgoing
    blobs.path(Attachment.objects.get().blob_id).unlink()
    assert (after(outgoing).state, peer.seen["mail"]) == ("failed", 0)


@pytest.mark.parametrize(("knows", "state"), [(True, "left"), (False, "failed")])
def test_an_address_beyond_ascii_needs_a_server_that_knows_it(knows: bool, state: str) -> None:
    mailroom.arrives(mailroom.mail(sender="ADDRESS").replace(b"ADDRESS", "张三@例子.example".encode()))
    about = mailroom.case().conversation
    with smtp_peer.serving(Peer(), enable_SMTPUTF8=knows) as peer:
        through(peer)
        outgoing = after(send.reply(about, by=world.actor("li"), text="您好").outgoing)
    assert outgoing.state == state, outgoing.trouble
    assert [one.recipients for one in peer.received] == ([["张三@例子.example"]] if knows else [])
