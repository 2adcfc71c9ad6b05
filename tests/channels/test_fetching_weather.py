"""Mail in by IMAP in bad weather: outages, numbers that change, lines that break, readers that are killed."""

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

import fetching
import mailroom
import weather
from door import mail
from imap_peer import Peer, serving
from plainspoken.cases.models import Case
from plainspoken.channels import actions
from plainspoken.channels.email import reader, readers
from plainspoken.channels.email.reader import BATCH_MESSAGES_MAX, Reader
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.config import processes
from plainspoken.conversations.actions import send
from plainspoken.kernel import blobs, drain
from plainspoken.work.models import Task
from sending import MACHINE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    fetching.hurried(monkeypatch)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with serving(Peer()) as one:
        yield one


def come(count: int) -> None:
    weather.wait_until(lambda: Raw.objects.count() >= count, f"{count} messages came in")


def letters(count: int) -> list[bytes]:
    return [mail(f"第 {number} 封", sender=f"w{number}@example.com") for number in range(count)]


def test_the_backlog_of_an_outage_comes_in_completely_and_in_order(peer: Peer) -> None:
    box = fetching.mailbox(1)
    contents = letters(2 * BATCH_MESSAGES_MAX + 3)
    with fetching.reading():
        weather.wait_until(lambda: bool(trouble(box)), "the outage is noted")
        peer.puts(*contents)
        fetching.mailbox(peer.port)
        come(len(contents))
        weather.wait_until(lambda: peer.marked() == len(contents), "all are marked")
    kept = [blobs.read(raw.blob) for raw in Raw.objects.order_by("arrived_at", "id")]
    assert kept == contents


def trouble(mailbox: Mailbox) -> str:
    mailbox.refresh_from_db()
    return mailbox.imap_trouble if mailbox.imap_in_trouble else ""


def test_numbers_that_change_lose_nothing_and_double_nothing(peer: Peer) -> None:
    peer.puts(*letters(3))
    fetching.mailbox(peer.port)
    with fetching.reading():
        come(3)
        drain.run_until_empty("intake")
    peer.renumbers(8)
    peer.puts(mail(sender="new@example.com"))
    with fetching.reading():
        come(4)
        weather.wait_until(lambda: Mailbox.objects.get().imap_done_uid == 0, "the cursor begins anew")
    drain.run_until_empty("intake")
    mailbox = Mailbox.objects.get()
    assert (mailbox.imap_validity, mailbox.imap_read_uid) == (8, 104)
    assert (Raw.objects.count(), Case.objects.count()) == (4, 4)


def test_numbers_that_change_before_the_intake_has_looked_double_nothing(peer: Peer) -> None:
    peer.puts(*letters(2))
    fetching.mailbox(peer.port)
    with fetching.reading():
        come(2)
    peer.renumbers(8, first=1)
    with fetching.reading():
        come(4)
    drain.run_until_empty("intake")
    assert sorted(Raw.objects.values_list("state", flat=True)) == ["duplicate"] * 2 + ["received"] * 2
    assert Case.objects.count() == 2


def test_a_line_that_breaks_in_the_middle_of_a_message(peer: Peer) -> None:
    contents = letters(4)
    peer.puts(*contents)
    peer.drops_at["FETCH"] = 3
    fetching.mailbox(peer.port)
    with fetching.reading():
        come(4)
    assert [blobs.read(raw.blob) for raw in Raw.objects.order_by("arrived_at", "id")] == contents


def test_an_answer_that_is_none_ends_the_line_and_not_the_reader(peer: Peer) -> None:
    peer.puts(mail())
    peer.garbles_at = "FETCH"
    box = fetching.mailbox(peer.port)
    with fetching.reading() as reading:
        weather.wait_until(lambda: trouble(box) != "", "it is noted")
        ((_, thread),) = reading.running.values()
        peer.garbles_at = ""
        come(1)
        assert thread.is_alive()


def test_a_message_the_server_never_hands_over_is_put_before_a_person(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "FETCH_TRIES_MAX", 3)
    peer.puts(*letters(3))
    peer.refuses = {"FETCH 2"}
    box = fetching.mailbox(peer.port)
    with fetching.reading():
        come(2)
        weather.wait_until(lambda: peer.marked() == 2, "the others are marked")
    task = Task.objects.get(kind=actions.UNFETCHED.code)
    assert (task.subject_id, task.unit_id, task.facts) == (box.pk, box.unit_id, {"uid": 2})
    assert not peer.letters[2].flags
    assert peer.told.count("UID FETCH 2 (BODY.PEEK[])") == 3


def test_a_message_that_is_gone_meanwhile_is_passed(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    peer.puts(*letters(3))
    fetching.mailbox(peer.port)
    peer.hangs_at = "FETCH"
    with fetching.reading():
        weather.wait_until(lambda: peer.seen["FETCH"] > 0, "sizes are asked for")
        del peer.letters[2]
        peer.gate.set()
        come(2)
        weather.wait_until(lambda: Mailbox.objects.get().imap_read_uid == 3, "the last is read")
    assert not Task.objects.exists()


@pytest.mark.processes
@pytest.mark.parametrize("moment", ["FETCH", "STORE"])
def test_a_reader_that_is_killed_loses_nothing_and_doubles_nothing(peer: Peer, moment: str) -> None:
    """Between fetching and committing, and between committing and marking."""
    peer.puts(*letters(3))
    box = fetching.mailbox(peer.port)
    peer.hangs_at = moment
    child = weather.forked(lambda: Reader(box.pk, threading.Event()).run())
    try:
        weather.wait_until(lambda: peer.seen[moment] > 0, "it is in the middle")
        assert Raw.objects.count() == (0 if moment == "FETCH" else 3)
    finally:
        weather.killed(child)
    assert peer.marked() == 0
    peer.hangs_at = ""
    peer.gate.set()
    with fetching.reading():
        come(3)
        weather.wait_until(lambda: peer.marked() == 3, "all are marked")
    assert Raw.objects.count() == 3


@pytest.mark.processes
def test_of_two_workers_one_reads_and_the_other_takes_over(peer: Peer) -> None:
    peer.puts(mail())
    box = fetching.mailbox(peer.port)
    child = weather.forked(lambda: Reader(box.pk, threading.Event()).run())
    try:
        come(1)
        with fetching.reading() as reading:
            weather.wait_until(lambda: len(reading.running) == 1, "the second looks")
            peer.puts(mail())
            come(2)
            assert peer.seen["LOGIN"] == 1
            weather.killed(child)
            child = 0
            peer.puts(mail())
            come(3)
    finally:
        if child:
            weather.killed(child)
    assert (peer.seen["LOGIN"], Raw.objects.count()) == (2, 3)


def test_a_mailbox_that_is_fetched_sends_too(peer: Peer) -> None:
    box = fetching.mailbox(peer.port)
    with fetching.reading():
        weather.wait_until(lambda: peer.seen["IDLE"] > 0, "the reader has the mailbox to itself")
        about = mailroom.received().conversation
        letter = send.send_automatic(about, by=MACHINE, text="请评分。").outgoing
        drain.run_until_empty("outbox")
    letter.refresh_from_db()
    assert (letter.state, about.mailbox_id) == ("left", box.pk)


def test_without_a_database_mail_waits_on_the_server(peer: Peer) -> None:
    fetching.mailbox(peer.port)
    with fetching.reading():
        weather.wait_until(lambda: peer.seen["IDLE"] > 0, "the line idles")
        with weather.database_away():
            peer.puts(mail())
            before = peer.seen["LOGIN"]
            weather.wait_until(lambda: peer.seen["LOGOUT"] > 0, "the line is given up")
            assert peer.marked() == 0
        come(1)
    assert peer.seen["LOGIN"] > before


def test_a_full_disk_is_noted_and_the_mail_waits_on_the_server(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    peer.puts(mail() + b"z" * 100_000)
    box = fetching.mailbox(peer.port)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with fetching.reading():
            weather.wait_until(lambda: trouble(box) == "no_room", "it is noted")
    assert (Raw.objects.count(), peer.marked()) == (0, 0)
    with fetching.reading():
        come(1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_foresaw_ends_a_reader_and_another_begins(peer: Peer) -> None:
    """A file of secrets open to others stops every write until it is closed."""
    from plainspoken.kernel import secrets

    file = Path(secrets.home()) / secrets.FILE
    peer.puts(mail())
    fetching.mailbox(peer.port)
    file.chmod(0o644)
    try:
        with fetching.reading():
            weather.wait_until(lambda: peer.seen["LOGIN"] > 1, "another begins")
            file.chmod(0o600)
            come(1)
    finally:
        file.chmod(0o600)


def test_a_server_that_hangs_does_not_hold_up_the_end(peer: Peer) -> None:
    peer.hangs_at = "SEARCH"
    fetching.mailbox(peer.port)
    reading = readers.Readers()
    reading.start()
    weather.wait_until(lambda: peer.seen["SEARCH"] > 0, "it hangs")
    reading.stop()
    assert not any(thread.is_alive() for _, thread in reading.running.values())


def test_what_is_being_stored_at_the_end_is_stored(peer: Peer) -> None:
    fetching.mailbox(peer.port)
    reading = readers.Readers()
    reading.start()
    weather.wait_until(lambda: peer.seen["IDLE"] > 0, "the line idles")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE channels_raw IN SHARE MODE")
        peer.puts(mail())
        weather.wait_until(lambda: weather.waiting_for_a_lock() == 1, "the mail is being stored")
        stopping = threading.Thread(target=reading.stop)
        stopping.start()
    stopping.join()
    assert Raw.objects.count() == 1


@pytest.mark.processes
def test_the_worker_reads_and_ends_when_it_is_told_to(peer: Peer) -> None:
    peer.puts(mail())
    fetching.mailbox(peer.port)
    ports = {"SMTP_IN_PORT": str(weather.free_port()), "LMTP_IN_PORT": str(weather.free_port())}
    variables = {**os.environ, "DATABASE_URL": weather.url(), **ports}
    command = [sys.executable, "-m", "plainspoken.cli", "worker"]
    with subprocess.Popen(command, env=variables, stderr=subprocess.DEVNULL) as worker:
        weather.wait_until(lambda: peer.marked() == 1, "it has read")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(processes.END_SECONDS_MAX) == 0
    assert Raw.objects.count() == 1
