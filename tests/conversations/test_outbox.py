"""Mail out through the outbox, to real servers that take it, refuse it, put it off, or hang up on it."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

import mailroom
import smtp_peer
import weather
import world
from plainspoken.cases.actions import answering, triage
from plainspoken.cases.models import Case, Line, Type
from plainspoken.channels import actions as channels
from plainspoken.content import actions as content
from plainspoken.content.models import Script
from plainspoken.conversations import outbox
from plainspoken.conversations.actions import outgoing as on_the_way
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Attachment, Outgoing
from plainspoken.kernel import blobs, clock, drain, ledger, verify
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied, WrongState
from plainspoken.work.models import Task
from smtp_peer import Authority, Peer, Stage

SECOND = timedelta(seconds=1)
UNDO = timedelta(seconds=send.UNDO_SECONDS)
SIGNED_IN = {"smtp_host": "localhost", "smtp_security": "tls", "smtp_user": "service", "secret": "service"}
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
MACHINE = system("tests.machine", "conversations.automatic.send")


@pytest.fixture
def peer() -> Iterator[Peer]:
    with smtp_peer.serving(Peer()) as one:
        yield one


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return smtp_peer.authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """SSL_CERT_FILE names the firm's own authority: whoever it vouches for is believed."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


def through(peer: Peer, **columns: Any) -> None:
    """The mailbox sends by this server."""
    channels.put_mailbox(
        world.unit("customer-service"),
        by=mailroom.OPENER,
        address=mailroom.ADDRESS,
        **{
            "name_zh": "海岸银行客服",
            "name_en": "Haian Bank",
            "smtp_host": "127.0.0.1",
            "smtp_port": peer.port,
            "smtp_security": "none",
            **columns,
        },
    )


def case_in_work() -> Case:
    case = mailroom.received()
    triage.triage(
        case, by=world.actor("li"), type=Type.objects.get(code="fee"), line=Line.objects.get(code="card")
    )
    return case


def answer(peer: Peer, **columns: Any) -> Outgoing:
    """An answer of a person, ready to leave by the server."""
    case = case_in_work()
    through(peer, **columns)
    return answering.answer(case, by=world.actor("li"), text="年费 200 元。\n.\n此致").outgoing


def letter(peer: Peer, **columns: Any) -> Outgoing:
    """A letter of a machine, ready to leave by the server."""
    case = mailroom.received()
    through(peer, **columns)
    return send.send_automatic(case.conversation, by=MACHINE, text="请评分。").outgoing


def time_passes(by: timedelta = UNDO) -> None:
    with clock.moved(clock.now() + by + SECOND):
        drain.run_until_empty()


def after(outgoing: Outgoing, by: timedelta = UNDO) -> Outgoing:
    time_passes(by)
    outgoing.refresh_from_db()
    return outgoing


def tasks(kind: str) -> list[tuple[str, str]]:
    """Owner and unit of the open tasks of a kind."""
    found = Task.objects.filter(kind=kind, state="open").select_related("owner", "unit")
    return [(one.owner.username if one.owner else "", one.unit.code) for one in found]


@pytest.mark.duty("4.3.1a")
def test_it_leaves_and_what_left_is_what_came(mailbox: object, peer: Peer) -> None:
    outgoing = after(answer(peer))
    (received,) = peer.received
    assert (outgoing.state, outgoing.attempts, outgoing.trouble) == ("left", 1, "")
    assert outgoing.sent
    assert blobs.read(outgoing.sent) == received.content
    assert (received.sender, received.recipients) == (mailroom.ADDRESS, ["wang@example.com"])
    assert received.mail["Message-ID"] == f"<{outgoing.message.header_id}>"
    assert outgoing.message.conversation.cases.get().state == "answered"


def test_the_ledger_says_when_it_left_and_what(mailbox: object, peer: Peer) -> None:
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


def test_before_its_moment_nothing_leaves(mailbox: object, peer: Peer) -> None:
    outgoing = after(answer(peer), timedelta())
    assert (outgoing.state, peer.seen["mail"]) == ("waiting", 0)


@pytest.mark.duty("5.1.4a")
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_by_tls_to_a_server_the_firms_own_authority_vouches_for(
    mailbox: object, trusted: Authority, security: str
) -> None:
    with smtp_peer.serving(Peer(), **by_tls(trusted, security)) as peer:
        outgoing = after(answer(peer, smtp_host="localhost", smtp_security=security))
    assert (outgoing.state, len(peer.received)) == ("left", 1)


def by_tls(authority: Authority, security: str) -> dict[str, Any]:
    if security == "tls":
        return {"ssl_context": authority.context}
    return {"tls_context": authority.context, "require_starttls": True}


@pytest.mark.duty("5.1.4a")
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_nobody_vouches_for_gets_nothing(
    mailbox: object, authority: Authority, security: str
) -> None:
    with smtp_peer.serving(Peer(), **by_tls(authority, security)) as peer:
        outgoing = after(answer(peer, smtp_host="localhost", smtp_security=security))
    assert (outgoing.state, outgoing.trouble) == ("waiting", "SSLCertVerificationError")
    assert peer.seen == {"mail": 0, "rcpt": 0, "data": 0}


def test_a_certificate_of_another_host_is_not_believed(mailbox: object, trusted: Authority) -> None:
    with smtp_peer.serving(Peer(), ssl_context=trusted.context) as peer:
        outgoing = after(answer(peer, smtp_security="tls"))
    assert (outgoing.state, outgoing.trouble) == ("waiting", "SSLCertVerificationError")


@pytest.mark.duty("5.1.4a")
def test_a_server_that_offers_no_tls_gets_nothing_in_clear(mailbox: object, peer: Peer) -> None:
    outgoing = after(answer(peer, smtp_security="starttls"))
    assert (outgoing.state, outgoing.trouble) == ("waiting", "SMTPNotSupportedError")
    assert peer.seen["mail"] == 0


def test_signed_in_with_the_password_that_the_secret_names(
    mailbox: object, trusted: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_SERVICE", "harbour")
    known = smtp_peer.knowing("service", "harbour")
    with smtp_peer.serving(Peer(), ssl_context=trusted.context, **known) as peer:
        outgoing = after(answer(peer, **SIGNED_IN))
    assert (outgoing.state, peer.received[0].user) == ("left", "service")


@pytest.mark.parametrize(("password", "trouble"), [("wrong", "535 "), ("", "SecretMissing")])
def test_with_a_wrong_password_or_none_the_mail_waits_for_a_right_one(
    mailbox: object, trusted: Authority, monkeypatch: pytest.MonkeyPatch, password: str, trouble: str
) -> None:
    monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_SERVICE", password)
    known = smtp_peer.knowing("service", "harbour")
    with smtp_peer.serving(Peer(), ssl_context=trusted.context, **known) as peer:
        outgoing = after(answer(peer, **SIGNED_IN))
        assert (outgoing.state, outgoing.trouble[: len(trouble)]) == ("waiting", trouble)
        monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_SERVICE", "harbour")
        assert after(outgoing, timedelta(minutes=2)).state == "left"


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_refused_for_good_its_author_must_find_another_way(mailbox: object, peer: Peer, stage: Stage) -> None:
    peer.answers[stage] = "550 5.1.1 No such user"
    outgoing = after(answer(peer))
    assert (outgoing.state, outgoing.trouble) == ("failed", "550 5.1.1 No such user")
    assert tasks("cases.not_delivered") == [("li", "customer-service")]
    assert outgoing.message.conversation.cases.get().state == "triaged"
    after(outgoing, timedelta(days=2))
    assert peer.seen["mail"] == 1


def test_a_machines_letter_refused_for_good_is_put_before_the_unit(mailbox: object, peer: Peer) -> None:
    peer.answers["rcpt"] = "554 5.7.1 Spam"
    assert after(letter(peer)).state == "failed"
    assert tasks("cases.not_delivered") == [("", "customer-service")]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_put_off_it_waits_and_leaves_later(mailbox: object, peer: Peer, stage: Stage) -> None:
    peer.answers[stage] = "451 4.7.1 Greylisted"
    outgoing = after(answer(peer))
    assert (outgoing.state, outgoing.attempts, outgoing.trouble) == ("waiting", 1, "451 4.7.1 Greylisted")
    assert after(outgoing, timedelta(seconds=20)).attempts == 1
    peer.answers.clear()
    assert after(outgoing, timedelta(seconds=60)).state == "left"
    assert len(peer.received) == 1


def test_each_wait_is_longer_up_to_half_an_hour_and_after_a_day_it_ends(mailbox: object, peer: Peer) -> None:
    peer.answers["mail"] = "421 4.3.2 Down"
    outgoing, waits = answer(peer), list[int]()
    while len(waits) < 8:
        waits.append(seconds_put_off(outgoing))
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 1920]
    assert 23 < (sum(waits[:6]) + (on_the_way.ATTEMPTS_MAX - 7) * waits[7]) / 3600 < 25
    Outgoing.objects.filter(pk=outgoing.pk).update(attempts=on_the_way.ATTEMPTS_MAX - 1)
    seconds_put_off(outgoing)
    assert (outgoing.state, outgoing.attempts) == ("failed", on_the_way.ATTEMPTS_MAX)


def seconds_put_off(outgoing: Outgoing) -> int:
    """One attempt, as soon as there may be one."""
    moment = outgoing.leaves_at + SECOND
    with clock.moved(moment):
        outbox.drain_outbox()
    outgoing.refresh_from_db()
    return round((outgoing.leaves_at - moment).total_seconds())


def test_where_nobody_listens_it_waits(mailbox: object, peer: Peer) -> None:
    with smtp_peer.serving(Peer()) as gone:
        pass
    outgoing = after(answer(gone))
    assert (outgoing.state, outgoing.trouble) == ("waiting", "ConnectionRefusedError")


@pytest.mark.parametrize("written", [answer, letter])
@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_hung_up_before_the_message_it_waits(
    mailbox: object, peer: Peer, stage: Stage, written: Callable[[Peer], Outgoing]
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


def test_hung_up_after_the_last_dot_a_persons_words_are_in_doubt(mailbox: object, peer: Peer) -> None:
    outgoing = in_doubt(peer)
    assert (outgoing.state, outgoing.trouble) == ("uncertain", "SMTPServerDisconnected")
    assert tasks("cases.uncertain") == [("li", "customer-service")]
    assert after(outgoing, timedelta(days=2)).state == "uncertain"
    assert (peer.seen["data"], outgoing.message.conversation.cases.get().state) == (1, "triaged")


def test_in_doubt_its_author_says_that_it_left(mailbox: object, peer: Peer) -> None:
    outgoing = in_doubt(peer)
    on_the_way.confirm(outgoing, by=world.actor("li"))
    after(outgoing)
    assert (outgoing.state, outgoing.left_at) == ("left", outgoing.departed_at)
    assert outgoing.message.conversation.cases.get().state == "answered"
    assert peer.seen["data"] == 1


def test_in_doubt_its_author_sends_it_again_under_the_same_id(mailbox: object, peer: Peer) -> None:
    outgoing = in_doubt(peer)
    on_the_way.send_again(outgoing, by=world.actor("li"))
    assert after(outgoing).state == "left"
    assert peer.received[0].mail["Message-ID"] == f"<{outgoing.message.header_id}>"
    assert (peer.seen["data"], outgoing.attempts) == (2, 1)


@pytest.mark.parametrize("verb", [on_the_way.confirm, on_the_way.send_again])
def test_a_supervisor_decides_nothing_about_it(
    mailbox: object, peer: Peer, verb: Callable[..., None]
) -> None:
    with pytest.raises(PermissionDenied):
        verb(in_doubt(peer), by=world.actor("sun"))


def test_a_machines_letter_goes_again_under_the_same_id_and_not_for_ever(mailbox: object, peer: Peer) -> None:
    peer.hangs_up_at = "data"
    outgoing = after(letter(peer))
    assert (outgoing.state, outgoing.trouble) == ("waiting", "SMTPServerDisconnected")
    Outgoing.objects.filter(pk=outgoing.pk).update(attempts=on_the_way.ATTEMPTS_MAX - 2)
    assert after(outgoing, timedelta(minutes=1)).state == "waiting"
    peer.hangs_up_at = None
    assert after(outgoing, timedelta(hours=1)).state == "left"
    assert peer.received[0].mail["Message-ID"] == f"<{outgoing.message.header_id}>"


def test_a_machines_letter_that_never_gets_an_answer_is_given_up(mailbox: object, peer: Peer) -> None:
    peer.hangs_up_at = "data"
    outgoing = letter(peer)
    Outgoing.objects.filter(pk=outgoing.pk).update(attempts=on_the_way.ATTEMPTS_MAX - 1)
    assert after(outgoing).state == "failed"


def test_a_server_that_takes_its_time_is_waited_for(mailbox: object, peer: Peer) -> None:
    peer.waits_at = "data"
    outgoing = answer(peer)
    timer = weather.later(0.5, peer.gate.set)
    assert after(outgoing).state == "left"
    timer.join()


def test_one_server_that_is_down_keeps_no_other_mailbox_waiting(mailbox: object, peer: Peer) -> None:
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


def test_without_a_server_it_lies_in_the_folder(mailbox: object) -> None:
    message = send.reply(mailroom.received().conversation, by=world.actor("li"), text="您好")
    outgoing = after(message.outgoing)
    file = Path(settings.HOME) / "outbox" / f"{message.pk}.eml"
    assert outgoing.sent
    assert file.read_bytes() == blobs.read(outgoing.sent)


def test_without_its_script_it_cannot_be_written_and_says_so(mailbox: object, peer: Peer) -> None:
    outgoing = answer(peer)
    content.retire(Script.objects.get(scene="solved"), by=system("t", "content.script.retire"))
    assert (after(outgoing).state, outgoing.trouble) == ("failed", "solved")


def test_without_its_file_it_does_not_leave(mailbox: object, peer: Peer) -> None:
    about = mailroom.received().conversation
    through(peer)
    files = (("a.pdf", "application/pdf", b"x" * 100_000),)
    outgoing = send.reply(about, by=world.actor("li"), text="见附件", files=files).outgoing
    blobs.path(Attachment.objects.get().blob_id).unlink()
    assert (after(outgoing).state, peer.seen["mail"]) == ("failed", 0)


@pytest.mark.parametrize(("knows", "state"), [(True, "left"), (False, "failed")])
def test_an_address_beyond_ascii_needs_a_server_that_knows_it(
    mailbox: object, knows: bool, state: str
) -> None:
    mailroom.arrives(mailroom.mail(sender="ADDRESS").replace(b"ADDRESS", "张三@例子.example".encode()))
    about = mailroom.case().conversation
    with smtp_peer.serving(Peer(), enable_SMTPUTF8=knows) as peer:
        through(peer)
        outgoing = after(send.reply(about, by=world.actor("li"), text="您好").outgoing)
    assert outgoing.state == state, outgoing.trouble
    assert [one.recipients for one in peer.received] == ([["张三@例子.example"]] if knows else [])


def forked(work: Callable[[], object]) -> int:
    """A process that does it until it is killed."""
    connection.close()
    child = os.fork()
    if child:
        return child
    try:
        with clock.moved(clock.now() + UNDO + SECOND):
            while True:
                work()
    finally:
        os._exit(1)


def killed(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_message_once(peer: Peer) -> None:
    mailroom.opened()
    about = mailroom.received().conversation
    through(peer)
    ids = {f"<{send.reply(about, by=world.actor('li'), text=str(n)).header_id}>" for n in range(20)}
    children = [forked(outbox.drain_outbox) for _ in range(2)]
    try:
        weather.wait_until(lambda: Outgoing.objects.filter(state="left").count() == 21, "all have left")
    finally:
        for child in children:
            killed(child)
    assert sorted(one.mail["Message-ID"] for one in peer.received) == sorted(ids)
    assert set(Outgoing.objects.filter(message__kind="out").values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_taken_back_at_the_last_moment_it_is_either_back_or_gone(peer: Peer) -> None:
    mailroom.opened()
    about = mailroom.received().conversation
    through(peer)
    li, gone = world.actor("li"), set[str]()
    for number in range(8):
        message = send.reply(about, by=li, text=f"第 {number} 条")
        leaving = weather.thread(in_the_next_minute)
        try:
            send.undo(message.outgoing, by=li)
        except WrongState:
            gone.add(f"<{message.header_id}>")
        leaving.join()
    assert {one.mail["Message-ID"] for one in peer.received} == gone
    assert Outgoing.objects.filter(state="withdrawn").count() == 8 - len(gone)


def in_the_next_minute() -> None:
    with clock.moved(clock.now() + timedelta(minutes=1)):
        outbox.drain_outbox()


@pytest.mark.processes
@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.django_db(transaction=True)
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
@pytest.mark.django_db(transaction=True)
def test_killed_while_handing_over_a_machines_letter_goes_again(peer: Peer, stage: Stage) -> None:
    mailroom.opened()
    outgoing = died_with(letter(peer), peer, stage)
    assert after(outgoing, UNDO + outbox.ABANDONED_AFTER).state == "waiting"
    assert after(outgoing, timedelta(minutes=2)).state == "left"
    assert peer.received[-1].mail["Message-ID"] == f"<{outgoing.message.header_id}>"


def died_with(outgoing: Outgoing, peer: Peer, stage: Stage) -> Outgoing:
    """A worker is killed while the server thinks; before that nobody else touches what it holds."""
    peer.waits_at = stage
    child = forked(outbox.drain_outbox)
    try:
        weather.wait_until(lambda: peer.seen[stage] == 1, "the worker hands it over")
        assert after(outgoing, UNDO + outbox.ABANDONED_AFTER).state == "leaving"
    finally:
        killed(child)
    peer.gate.set()
    return outgoing
