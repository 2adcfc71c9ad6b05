"""Mail fetched by IMAP from a real server: none is lost, none comes twice, whatever the line does."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import imap_peer
import mailroom
import weather
import world
from door import mail
from imap_peer import Server
from plainspoken.cases.models import Case
from plainspoken.channels import actions
from plainspoken.channels.email import imap, limits
from plainspoken.channels.models import Fetching, Mailbox, Raw
from plainspoken.kernel import blobs, drain, ledger
from plainspoken.kernel.errors import Refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
FOLDER = "客户来信"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_SERVICE", imap_peer.PASSWORD)
    monkeypatch.setattr(imap, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(imap, "POLL_SECONDS", 0.2)
    with imap_peer.serving() as one:
        yield one


def fetched_from(server: Server, **columns: object) -> Mailbox:
    if not Mailbox.objects.exists():
        mailroom.opened()
    about = {"name_zh": "海岸银行客服", "name_en": "Haian Bank", "secret": "service"}
    reached = {"imap_host": "127.0.0.1", "imap_port": server.port, "imap_security": "none"}
    return actions.put_mailbox(
        world.unit("customer-service"),
        by=mailroom.OPENER,
        **{"address": mailroom.ADDRESS, **about, **reached, "imap_user": imap_peer.USER, **columns},
    )


@contextmanager
def reading() -> Iterator[imap.Readers]:
    readers = imap.Readers()
    readers.start()
    try:
        yield readers
    finally:
        readers.stop()
        assert not [one for one in threading.enumerate() if one.name.startswith("imap")]


def arrived(count: int) -> None:
    weather.wait_until(lambda: Raw.objects.count() >= count, f"{count} mails have come")


def subjects() -> list[bytes]:
    return sorted(blobs.read(raw.blob) for raw in Raw.objects.all())


@pytest.mark.duty("4.3.1b")
def test_what_lies_there_and_what_comes_is_taken_in_as_it_is_and_stays_there_as_seen(server: Server) -> None:
    fetched_from(server)
    lying, coming = mail("第一封"), mail("第二封")
    server.deliver(lying)
    with reading():
        arrived(1)
        server.deliver(coming)
        arrived(2)
        with server.signed_in() as client:
            client.select_folder("INBOX")
            weather.wait_until(lambda: len(client.search(["SEEN"])) == 2, "both are marked")
    assert subjects() == sorted([lying, coming])
    (entry, _more) = world.entries("channels.raw.store")
    assert (entry.actor_id, entry.actor_kind) == (imap.READER.id, "system")
    assert world.entries("channels.fetching.advance")
    drain.run_until_empty()
    assert Case.objects.count() == 2


def test_the_backlog_of_an_outage_comes_in_once(server: Server) -> None:
    mailbox = fetched_from(server)
    with reading():
        server.deliver(mail("之前"))
        arrived(1)
        server.hang_up()
        server.deliver(*(mail(f"第 {number} 封") for number in range(30)))
        weather.wait_until(lambda: Fetching.objects.get(mailbox=mailbox).trouble != "", "it is noted")
        server.reconnect()
        arrived(31)
        weather.wait_until(lambda: Fetching.objects.get(mailbox=mailbox).trouble == "", "it is well again")
    assert len(set(subjects())) == 31 == Raw.objects.count()
    assert len(world.entries("channels.fetching.note")) < 8


def test_a_folder_that_is_numbered_anew_is_read_again_without_loss_or_double(server: Server) -> None:
    fetched_from(server, imap_folder=FOLDER)
    before, after = [mail(f"第 {number} 封") for number in range(5)], mail("之后")
    with server.signed_in() as client:
        client.create_folder(FOLDER)
    server.deliver(*before, folder=FOLDER)
    with reading():
        arrived(5)
        first = Fetching.objects.get().uid_validity
        server.hang_up()
        with server.signed_in() as client:
            client.delete_folder(FOLDER)
            client.create_folder(FOLDER)
        server.deliver(after, *before, folder=FOLDER)
        server.reconnect()
        arrived(11)
    assert Fetching.objects.get().uid_validity != first
    drain.run_until_empty()
    states = list(Raw.objects.values_list("state", flat=True))
    assert (states.count("received"), states.count("duplicate")) == (6, 5)


def test_killed_at_any_moment_each_mail_is_in_exactly_once(server: Server) -> None:
    fetched_from(server)
    server.deliver(*(mail(f"第 {number} 封") for number in range(40)))
    for _time in range(8):
        child = weather.forked(_read_for_ever)
        time.sleep(0.25)
        weather.killed(child)
    with reading():
        weather.wait_until(lambda: len(set(subjects())) == 40, "all are there")
    drain.run_until_empty()
    assert Case.objects.count() == 40 == Raw.objects.filter(state="received").count()


def _read_for_ever() -> None:
    imap.Readers().start()
    threading.Event().wait()


def test_of_two_workers_one_reads_and_the_other_takes_over(server: Server) -> None:
    fetched_from(server)
    child = weather.forked(_read_for_ever)
    try:
        server.deliver(mail("第一封"))
        arrived(1)
        with reading():
            time.sleep(0.5)
            weather.killed(child)
            server.deliver(mail("第二封"))
            arrived(2)
    finally:
        assert Raw.objects.count() == 2


def test_a_server_that_cannot_idle_is_looked_at(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap.IMAPClient, "has_capability", lambda client, name: False)
    fetched_from(server)
    with reading():
        weather.wait_until(lambda: Fetching.objects.filter(trouble="").exists(), "it is reached")
        server.deliver(mail())
        arrived(1)


def test_a_mail_beyond_the_limit_is_kept_as_far_as_it_goes_and_held(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MESSAGE_BYTES_MAX", 20_000)
    monkeypatch.setattr(imap, "PART", "BODY.PEEK[]<0.20001>")
    fetched_from(server)
    server.deliver(mail("很长。" * 20_000), mail("短"))
    with reading():
        arrived(2)
    drain.run_until_empty()
    assert sorted(Raw.objects.values_list("state", "reason")) == [("held", "too_large"), ("received", "")]


def test_a_wrong_password_is_said_and_holds_up_no_other_mailbox(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_WRONG", "guessed")
    fetched_from(server)
    other = fetched_from(server, address="wealth@haian.example", secret="wrong")
    server.deliver(mail())
    with reading():
        arrived(1)
        weather.wait_until(lambda: Fetching.objects.filter(mailbox=other).exists(), "it is noted")
    assert "LoginError" in Fetching.objects.get(mailbox=other).trouble
    assert "guessed" not in Fetching.objects.get(mailbox=other).trouble


def test_a_mailbox_that_has_no_server_any_more_is_let_go(server: Server) -> None:
    mailbox = fetched_from(server)
    with reading() as readers:
        weather.wait_until(lambda: Fetching.objects.exists(), "it is reached")
        fetched_from(server, imap_host="", imap_user="", secret="")
        server.hang_up()
        weather.wait_until(lambda: not readers.readers[mailbox.pk].thread.is_alive(), "nobody reads it")


def test_the_password_goes_over_no_open_line(server: Server) -> None:
    with pytest.raises(Refused) as refused:
        fetched_from(server, imap_host="mail.bank.example")
    assert refused.value.code == "line_open_to_others"
    assert not world.entries("channels.fetching.advance")
    assert ledger.facts(bytes(world.entries("channels.mailbox.put")[0].body))
