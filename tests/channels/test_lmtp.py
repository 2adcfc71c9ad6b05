"""Mail in by LMTP, as Postfix and Dovecot deliver it: one answer for each recipient."""

import errno
import os
import smtplib
from collections.abc import Iterator

import pytest

import mailroom
import weather
from door import SECOND, SENDER, WAIT_SECONDS_MAX, mail, second_mailbox, started
from mailroom import ADDRESS
from plainspoken.channels.email import limits, listener
from plainspoken.channels.email.listener import Listener, LocalListener
from plainspoken.channels.models import Raw
from plainspoken.kernel import blobs

pytestmark = pytest.mark.django_db(transaction=True)
Told = tuple[int, bytes]


@pytest.fixture
def delivering(transactional_db: None) -> Iterator[Listener]:
    mailroom.opened()
    second_mailbox()
    with started(listener.controller("127.0.0.1", 0, LocalListener)) as one:
        yield one


def line(to: Listener) -> smtplib.LMTP:
    return smtplib.LMTP("127.0.0.1", to.port, timeout=WAIT_SECONDS_MAX)


def delivered(server: smtplib.LMTP, recipients: list[str], content: bytes) -> list[Told]:
    """The answers after the content, one for each recipient."""
    server.ehlo()
    server.mail(SENDER)
    for address in recipients:
        assert server.rcpt(address)[0] == 250
    assert server.docmd("DATA")[0] == 354
    server.send(content + b".\r\n")
    return [server.getreply() for _ in recipients]


@pytest.mark.duty("4.3.1b")
def test_each_recipient_has_a_copy_and_an_answer(delivering: Listener) -> None:
    sent = mail()
    with line(delivering) as server:
        answers = delivered(server, [ADDRESS, SECOND], sent)
        assert server.noop()[0] == 250
    assert [code for code, _ in answers] == [250, 250]
    assert sorted(raw.mailbox.address for raw in Raw.objects.all()) == [SECOND, ADDRESS]
    assert blobs.read(Raw.objects.all()[0].blob) == b"Return-Path: <wang@example.com>\r\n" + sent


def test_what_cannot_be_stored_for_one_is_stored_for_the_other(
    delivering: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk has no room for the first copy, and has for the second."""
    fsync, full = os.fsync, [True]

    def once(descriptor: int) -> None:
        if full and full.pop():
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", once)
    with line(delivering) as server:
        answers = delivered(server, [ADDRESS, SECOND], mail() + b"z" * 100_000 + b"\r\n")
    assert [code for code, _ in answers] == [452, 250]
    assert Raw.objects.get().mailbox.address == SECOND


def test_mail_for_others_is_not_taken(delivering: Listener) -> None:
    with line(delivering) as server:
        server.ehlo()
        server.mail(SENDER)
        assert server.rcpt("ceo@haian.example")[0] == 550
        assert server.docmd("DATA")[0] == 503
        assert server.noop()[0] == 250


def test_a_mail_that_is_too_large_is_refused_for_each_and_the_next_is_taken(delivering: Listener) -> None:
    long_line = b"x" * 500_000 + b"\r\n"
    too_large = mail() + long_line * (limits.MESSAGE_BYTES_MAX // len(long_line) + 1)
    with line(delivering) as server:
        assert [code for code, _ in delivered(server, [ADDRESS, SECOND], too_large)] == [552, 552]
        assert [code for code, _ in delivered(server, [ADDRESS], mail())] == [250]


def test_without_a_database_each_is_told_to_try_again(delivering: Listener) -> None:
    with line(delivering) as server:
        server.ehlo()
        server.mail(SENDER)
        assert [server.rcpt(address)[0] for address in (ADDRESS, SECOND)] == [250, 250]
        with weather.database_away():
            server.docmd("DATA")
            server.send(mail() + b".\r\n")
            assert [server.getreply()[0] for _ in range(2)] == [451, 451]
    assert not Raw.objects.exists()


def test_smtp_is_not_spoken_there(delivering: Listener) -> None:
    with line(delivering) as server:
        assert server.docmd("EHLO", "peer.example")[0] == 500
        assert server.docmd("HELO", "peer.example")[0] == 500


@pytest.mark.processes
def test_the_worker_listens_where_it_is_told_and_says_when_the_port_is_taken(delivering: Listener) -> None:
    ended = weather.plainspoken(
        "worker", SMTP_IN_PORT=str(weather.free_port()), LMTP_IN_PORT=str(delivering.port)
    )
    assert (ended.returncode, "LMTP_IN_PORT" in ended.stderr) == (2, True)
    assert f"port {delivering.port}" in ended.stderr
    assert "Traceback" not in ended.stderr
