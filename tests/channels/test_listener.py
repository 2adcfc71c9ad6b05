"""Mail in by SMTP, as other servers meet it: real lines to a listener on a port of its own."""

import smtplib

import pytest

import world
from door import SECOND, SENDER, line, mail, second_mailbox
from mailroom import ADDRESS
from plainspoken.channels.email import limits, storing
from plainspoken.channels.email.listener import RECIPIENTS_MAX, Listener
from plainspoken.channels.email.parse import parse
from plainspoken.channels.models import Raw
from plainspoken.kernel import blobs, ledger


def content(raw: Raw) -> bytes:
    return blobs.read(raw.blob)


@pytest.mark.duty("4.3.1b")
def test_a_mail_to_our_mailbox_is_kept_as_it_came(listening: Listener) -> None:
    sent = mail()
    with line(listening) as server:
        server.sendmail(SENDER, [ADDRESS], sent)
        raw = Raw.objects.get()
    assert (raw.state, raw.mailbox.address) == ("waiting", ADDRESS)
    assert content(raw) == b"Return-Path: <wang@example.com>\r\n" + sent


def test_blank_lines_before_its_head_do_not_hide_it(listening: Listener) -> None:
    """The line put before it would else be all its head: it was held as a mail that names no sender."""
    with line(listening) as server:
        server.sendmail(SENDER, [ADDRESS], b"\r\n\r\n" + mail())
    assert parse(content(Raw.objects.get())).from_address == SENDER


def test_the_ledger_says_what_came_and_not_what_it_said(listening: Listener) -> None:
    with line(listening) as server:
        server.sendmail(SENDER, [ADDRESS], mail())
    (entry,) = world.entries("channels.raw.store")
    raw = Raw.objects.get()
    assert (entry.actor_id, entry.actor_kind) == (storing.RECEIVER.id, "system")
    assert ledger.facts(bytes(entry.body)) == {"raw": str(raw.pk), "digest": bytes(raw.digest).hex()}
    assert list(entry.opening.values) == ["actor_name"]


def test_an_address_is_ours_however_it_is_spelled(listening: Listener) -> None:
    with line(listening) as server:
        server.sendmail(SENDER, [ADDRESS.title()], mail())
    assert Raw.objects.get().mailbox.address == ADDRESS


def test_mail_for_others_is_not_taken(listening: Listener) -> None:
    with line(listening) as server, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        server.sendmail(SENDER, ["ceo@haian.example"], mail())
    assert refused.value.recipients["ceo@haian.example"][0] == 550
    assert not Raw.objects.exists()


def test_of_several_recipients_ours_get_it(listening: Listener) -> None:
    second_mailbox()
    with line(listening) as server:
        refused = server.sendmail(SENDER, [ADDRESS, "ceo@haian.example", SECOND, ADDRESS.upper()], mail())
    assert list(refused) == ["ceo@haian.example"]
    assert sorted(raw.mailbox.address for raw in Raw.objects.all()) == [SECOND, ADDRESS]


def test_there_is_an_end_to_recipients(listening: Listener) -> None:
    with line(listening) as server:
        server.ehlo()
        server.mail(SENDER)
        told = [server.rcpt(ADDRESS)[0] for _ in range(RECIPIENTS_MAX + 1)]
    assert told == [250] * RECIPIENTS_MAX + [452]


def test_a_size_told_beforehand_is_refused_at_once(listening: Listener) -> None:
    with line(listening) as server:
        server.ehlo()
        assert server.esmtp_features["size"] == str(limits.MESSAGE_BYTES_MAX)
        assert server.mail(SENDER, [f"SIZE={limits.MESSAGE_BYTES_MAX + 1}"])[0] == 552


def test_a_mail_that_is_too_large_is_refused_and_the_next_is_taken(listening: Listener) -> None:
    long_line = b"x" * 500_000 + b"\r\n"
    too_large = mail() + long_line * (limits.MESSAGE_BYTES_MAX // len(long_line) + 1)
    with line(listening) as server:
        server.ehlo()
        server.mail(SENDER)
        server.rcpt(ADDRESS)
        assert server.data(too_large)[0] == 552
        assert not Raw.objects.exists()
        server.sendmail(SENDER, [ADDRESS], mail())
    assert Raw.objects.count() == 1


def test_a_large_mail_is_kept_whole(listening: Listener) -> None:
    large = mail() + b"\r\n".join([b"." + b"z" * 900] * 5_000) + b"\r\n"
    with line(listening) as server:
        server.sendmail(SENDER, [ADDRESS], large)
    raw = Raw.objects.get()
    assert content(raw).endswith(large)
    assert blobs.path(raw.blob_id).exists()


def test_lines_longer_than_the_standard_are_taken(listening: Listener) -> None:
    sent = mail() + b"y" * 5_000 + b"\r\n"
    with line(listening) as server:
        server.sendmail(SENDER, [ADDRESS], sent)
    assert content(Raw.objects.get()).endswith(sent)


def test_no_sender_is_an_automatic_one(listening: Listener) -> None:
    with line(listening) as server:
        server.sendmail("", [ADDRESS], mail())
    assert content(Raw.objects.get()).startswith(b"Return-Path: <>\r\n")


def test_eight_bits_and_addresses_beyond_ascii(listening: Listener) -> None:
    sent = b"From: x@example.com\r\nSubject: \xe5\xb9\xb4\xe8\xb4\xb9\r\n\r\n\xc4\xe3\xba\xc3\x00\r\n"
    with line(listening) as server:
        server.sendmail("张三@例子.example", [ADDRESS], sent, mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    assert content(Raw.objects.get()) == "Return-Path: <张三@例子.example>\r\n".encode() + sent


def test_dots_at_the_start_of_lines_arrive_as_written(listening: Listener) -> None:
    sent = mail("第一行\n.\n..第三行")
    with line(listening) as server:
        server.sendmail(SENDER, [ADDRESS], sent)
    assert content(Raw.objects.get()).endswith(sent)


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        (b"MAIL FROM:<a@example.com>", 503),
        (b"EHLO x\r\nDATA", 503),
        (b"EHLO x\r\nMAIL FROM:<a@example.com>\r\nDATA", 503),
        (b"EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<" + b"a" * 600 + b">", 500),
        (b"EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<\xff\xfe>", 550),
        (b"EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<\xff\xfe@haian.example>", 550),
        (b"EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<a\x00b@haian.example>", 550),
        (b"\x00\x01\x02", 500),
    ],
)
def test_what_makes_no_sense_is_refused_and_harms_nothing(
    listening: Listener, said: bytes, answered: int
) -> None:
    with line(listening) as server:
        server.send(said + b"\r\nNOOP\r\n")
        answers = [server.getreply()[0] for _ in range(said.count(b"\r\n") + 2)]
        server.rset()
        server.sendmail(SENDER, [ADDRESS], mail())
    assert answers[-2:] == [answered, 250]
    assert Raw.objects.count() == 1
