"""Mail in by SMTP, as other servers meet it: real lines to a listener on a port of its own."""

import errno
import os
import signal
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction

import mailroom
import weather
import world
from mailroom import ADDRESS
from plainspoken.channels import actions
from plainspoken.channels.email import limits, listener
from plainspoken.channels.email.listener import CLIENTS_MAX, RECIPIENTS_MAX, Listener
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.kernel import blobs, ledger, secrets

SENDER = "wang@example.com"
SECOND = "complaints@haian.example"
WAIT_SECONDS_MAX = 20.0
QUIET_SECONDS = 0.3

pytestmark = pytest.mark.django_db(transaction=True)
Told = tuple[int, bytes]


@pytest.fixture
def listening() -> Iterator[Listener]:
    """A listener for the small firm's mailbox, as the worker starts it."""
    mailroom.opened()
    with started(listener.controller("127.0.0.1", 0)) as one:
        yield one


@contextmanager
def started(one: Listener) -> Iterator[Listener]:
    one.start()
    try:
        yield one
    finally:
        one.stop()


def line(to: Listener) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", to.port, timeout=WAIT_SECONDS_MAX)


def mail(text: str = "请问信用卡年费怎么收？", **headers: str) -> bytes:
    """As it goes over the wire."""
    return mailroom.mail(text, **headers).replace(b"\n", b"\r\n")


def code(refused: pytest.ExceptionInfo[smtplib.SMTPResponseException]) -> int:
    return refused.value.smtp_code


def content(raw: Raw) -> bytes:
    return blobs.read(raw.blob)


def second_mailbox() -> Mailbox:
    return actions.put_mailbox(
        world.unit("customer-service"),
        by=mailroom.OPENER,
        address=SECOND,
        name_zh="投诉",
        name_en="Complaints",
    )


@pytest.mark.duty("4.3.1b")
def test_a_mail_to_our_mailbox_is_kept_as_it_came(listening: Listener) -> None:
    sent = mail()
    with line(listening) as server:
        server.sendmail(SENDER, [ADDRESS], sent)
        raw = Raw.objects.get()
    assert (raw.state, raw.mailbox.address) == ("waiting", ADDRESS)
    assert content(raw) == b"Return-Path: <wang@example.com>\r\n" + sent


def test_the_ledger_says_what_came_and_not_what_it_said(listening: Listener) -> None:
    with line(listening) as server:
        server.sendmail(SENDER, [ADDRESS], mail())
    (entry,) = world.entries("channels.raw.store")
    raw = Raw.objects.get()
    assert (entry.actor_id, entry.actor_kind) == (listener.RECEIVER.id, "system")
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


def test_250_is_said_only_after_the_commit(listening: Listener) -> None:
    told: list[Told] = []
    with line(listening) as server:
        with transaction.atomic():
            nobody_writes("channels_raw")
            sending = sends(server, told)
            sending.join(QUIET_SECONDS)
            assert not told
        sending.join(WAIT_SECONDS_MAX)
        assert told[0][0] == 250
        assert Raw.objects.count() == 1


def nobody_writes(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")


def sends(server: smtplib.SMTP, told: list[Told], to: str = ADDRESS) -> threading.Thread:
    """A thread that hands one mail over and notes the answer."""
    server.ehlo()
    server.mail(SENDER)
    assert server.rcpt(to)[0] == 250
    thread = threading.Thread(target=lambda: told.append(server.data(mail())))
    thread.start()
    return thread


@pytest.mark.processes
def test_killed_right_after_250_it_has_the_mail() -> None:
    mailroom.opened()
    child, port = forked()
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=WAIT_SECONDS_MAX) as server:
            server.sendmail(SENDER, [ADDRESS], mail())
            os.kill(child, signal.SIGKILL)
            assert Raw.objects.count() == 1
    finally:
        os.waitpid(child, 0)


def forked() -> tuple[int, int]:
    """A listener in a process of its own; its id and port."""
    connection.close()
    from_child, to_parent = os.pipe()
    child = os.fork()
    if child == 0:
        one = listener.controller("127.0.0.1", 0)
        one.start()
        os.write(to_parent, b"%d\n" % one.port)
        while True:
            signal.pause()
    with os.fdopen(from_child) as told:
        port = int(told.readline())
    os.close(to_parent)
    return child, port


def test_without_a_database_the_sender_tries_again_and_nothing_is_lost(listening: Listener) -> None:
    with line(listening) as server:
        server.ehlo()
        server.mail(SENDER)
        with weather.database_away():
            assert server.rcpt(ADDRESS)[0] == 451
        assert server.rcpt(ADDRESS)[0] == 250
        with weather.database_away():
            assert server.data(mail())[0] == 451
        assert not Raw.objects.exists()
        server.sendmail(SENDER, [ADDRESS], mail())
    assert Raw.objects.count() == 1


def test_a_full_disk_is_told_and_the_sender_keeps_the_mail(
    listening: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    large = mail() + b"z" * 100_000
    with line(listening) as server:
        with monkeypatch.context() as disk:
            disk.setattr(os, "fsync", full)
            with pytest.raises(smtplib.SMTPDataError) as refused:
                server.sendmail(SENDER, [ADDRESS], large)
        assert (code(refused), Raw.objects.count()) == (452, 0)
        server.sendmail(SENDER, [ADDRESS], large)
    assert Raw.objects.count() == 1


def test_what_nobody_foresaw_is_no_reason_to_send_the_mail_back(listening: Listener) -> None:
    """A file of secrets open to others stops every write until it is closed."""
    file = Path(secrets.home()) / secrets.FILE
    with line(listening) as server:
        file.chmod(0o644)
        try:
            with pytest.raises(smtplib.SMTPDataError) as refused:
                server.sendmail(SENDER, [ADDRESS], mail())
        finally:
            file.chmod(0o600)
        assert (code(refused), Raw.objects.count()) == (451, 0)
        server.sendmail(SENDER, [ADDRESS], mail())


def test_clients_that_say_nothing_hold_up_nobody(listening: Listener) -> None:
    with ExitStack() as stack:
        for _ in range(30):
            stack.enter_context(socket.create_connection(("127.0.0.1", listening.port)))
        slow = stack.enter_context(line(listening))
        slow.ehlo()
        slow.mail(SENDER)
        slow.rcpt(ADDRESS)
        slow.docmd("DATA")
        slow.send(b"Subject: ne")
        with line(listening) as server:
            server.sendmail(SENDER, [ADDRESS], mail())
        assert Raw.objects.count() == 1
        slow.send(b"ver in a hurry\r\n\r\n.\r\n")
        assert slow.getreply()[0] == 250
    assert Raw.objects.count() == 2


def test_a_mail_that_cannot_be_stored_yet_holds_up_no_other(listening: Listener) -> None:
    held, told = second_mailbox(), []
    with line(listening) as waits, line(listening) as goes_on:
        with transaction.atomic():
            Mailbox.objects.select_for_update().get(pk=held.pk)
            sending = sends(waits, told, to=SECOND)
            goes_on.sendmail(SENDER, [ADDRESS], mail())
            assert not told
        sending.join(WAIT_SECONDS_MAX)
    assert (told[0][0], Raw.objects.count()) == (250, 2)


def test_eight_at_once_and_each_mail_is_there_once(listening: Listener) -> None:
    def sender(number: int) -> None:
        with line(listening) as server:
            for each in range(5):
                server.sendmail(SENDER, [ADDRESS], mail(Message_ID=f"<{number}.{each}@example.com>"))

    at_once([lambda number=number: sender(number) for number in range(8)])
    assert Raw.objects.count() == 40
    assert len({bytes(raw.digest) for raw in Raw.objects.all()}) == 40
    assert len(world.entries("channels.raw.store")) == 40


def at_once(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_too_many_clients_are_asked_to_come_back(listening: Listener) -> None:
    with ExitStack() as stack:
        for _ in range(CLIENTS_MAX):
            silent = stack.enter_context(socket.create_connection(("127.0.0.1", listening.port)))
            assert silent.recv(4) == b"220 "
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            line(listening)
        assert code(refused) == 421
    weather.wait_until(lambda: not listening.handler.clients, "all clients have gone")
    with line(listening) as server:
        server.sendmail(SENDER, [ADDRESS], mail())


def test_a_client_that_stays_silent_for_too_long_is_parted_with() -> None:
    with started(Listener("127.0.0.1", 0, timeout=0.2)) as one:
        silent = socket.create_connection(("127.0.0.1", one.port), timeout=WAIT_SECONDS_MAX)
        assert silent.recv(100).startswith(b"220 ")
        assert silent.recv(100) == b""
        silent.close()


def test_what_is_being_stored_at_the_end_is_stored() -> None:
    mailroom.opened()
    one = listener.controller("127.0.0.1", 0)
    one.start()
    server = line(one)
    server.ehlo()
    server.mail(SENDER)
    server.rcpt(ADDRESS)
    with transaction.atomic():
        nobody_writes("channels_raw")
        server.docmd("DATA")
        server.send(mail() + b".\r\n")
        weather.wait_until(lambda: weather.waiting_for_a_lock() == 1, "the mail is being stored")
        stopping = threading.Thread(target=one.stop)
        stopping.start()
    stopping.join(WAIT_SECONDS_MAX)
    assert Raw.objects.count() == 1
    assert all(used.connection is None for used in one.connections)
    server.close()


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_it_listens_on_the_address_it_is_told() -> None:
    mailroom.opened()
    with started(listener.controller("::1", 0)) as one:
        with pytest.raises(ConnectionRefusedError):
            line(one)
        with smtplib.SMTP("::1", one.port, timeout=WAIT_SECONDS_MAX) as server:
            server.sendmail(SENDER, [ADDRESS], mail())
    assert Raw.objects.count() == 1


def test_a_port_that_is_taken_is_named(listening: Listener) -> None:
    with pytest.raises(listener.PortTaken, match=f"127.0.0.1, port {listening.port}: .*in use"):
        listener.controller("127.0.0.1", listening.port).start()


@pytest.mark.processes
def test_the_worker_says_plainly_that_the_port_is_taken(listening: Listener) -> None:
    ended = weather.plainspoken("worker", SMTP_IN_PORT=str(listening.port))
    assert ended.returncode == 2
    assert f"port {listening.port}" in ended.stderr
    assert "SMTP_IN_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr
