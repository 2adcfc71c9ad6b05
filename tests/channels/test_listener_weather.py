"""Mail in by SMTP in bad weather: a database that is away, a full disk, clients that are slow, many or silent."""

import errno
import os
import signal
import smtplib
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection, transaction

import mailroom
import weather
import world
from door import SECOND, SENDER, WAIT_SECONDS_MAX, line, mail, second_mailbox, started
from mailroom import ADDRESS
from plainspoken.channels.email import listener
from plainspoken.channels.email.listener import CLIENTS_MAX, Listener
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.kernel import secrets

QUIET_SECONDS = 0.3
pytestmark = pytest.mark.django_db(transaction=True)
Told = tuple[int, bytes]


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
    from_child, to_parent = os.pipe()

    def listens() -> None:
        one = listener.controller("127.0.0.1", 0)
        one.start()
        os.write(to_parent, b"%d\n" % one.port)
        signal.pause()

    child = weather.forked(listens)
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
        assert (refused.value.smtp_code, Raw.objects.count()) == (452, 0)
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
        assert (refused.value.smtp_code, Raw.objects.count()) == (451, 0)
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
        assert refused.value.smtp_code == 421
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
