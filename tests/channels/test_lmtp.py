"""Mail handed over by the firm's own mail server by LMTP, as Postfix and Dovecot do."""

import smtplib
from collections.abc import Iterator

import pytest

import door
import mailroom
from door import SENDER, WAIT_SECONDS_MAX, mail, second_mailbox
from mailroom import ADDRESS
from plainspoken.channels.email import listener
from plainspoken.channels.email.listener import Listener, LmtpListener
from plainspoken.channels.models import Raw
from plainspoken.kernel import blobs


@pytest.fixture
def handed_to(transactional_db: None) -> Iterator[Listener]:
    mailroom.opened()
    with door.started(listener.controller("127.0.0.1", 0, LmtpListener)) as one:
        yield one


def line(to: Listener) -> smtplib.LMTP:
    return smtplib.LMTP("127.0.0.1", to.port, timeout=WAIT_SECONDS_MAX)


@pytest.mark.duty("4.3.1b")
def test_a_mail_is_kept_before_it_is_answered(handed_to: Listener) -> None:
    sent = mail()
    with line(handed_to) as server:
        server.sendmail(SENDER, [ADDRESS], sent)
        raw = Raw.objects.get()
    assert blobs.read(raw.blob) == b"Return-Path: <wang@example.com>\r\n" + sent


def test_it_speaks_lmtp_and_nothing_else(handed_to: Listener) -> None:
    with line(handed_to) as server:
        assert server.docmd("EHLO", "example.com")[0] >= 500
        assert server.docmd("LHLO", "example.com")[0] == 250


def test_each_recipient_gets_an_answer_of_its_own(handed_to: Listener) -> None:
    """One recipient a message: the second is asked to come again, as RFC 5321 4.5.3.1.10 lets a server do."""
    second_mailbox()
    with line(handed_to) as server:
        refused = server.sendmail(SENDER, [ADDRESS, door.SECOND], mail())
    assert [code for code, _words in refused.values()] == [452]
    assert Raw.objects.get().mailbox.address == ADDRESS


def test_a_mailbox_nobody_knows_is_refused_for_good(handed_to: Listener) -> None:
    with line(handed_to) as server, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        server.sendmail(SENDER, ["ceo@haian.example"], mail())
    assert refused.value.recipients["ceo@haian.example"][0] == 550
