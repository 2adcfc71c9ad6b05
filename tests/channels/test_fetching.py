"""Mail in by IMAP, from a server that does what servers do."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from imaplib import IMAP4
from pathlib import Path

import pytest

import fetching
import smtp_peer
import weather
import world
from door import SECOND, mail
from imap_peer import PASSWORD, USER, Peer, serving
from plainspoken.channels import actions
from plainspoken.channels.email import imap, limits, reader
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.kernel import blobs, drain, ledger
from plainspoken.kernel.errors import Refused
from plainspoken.work.models import Task

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


@pytest.mark.duty("4.3.1b")
def test_what_lies_there_and_what_comes_later_is_kept_as_it_is(peer: Peer) -> None:
    old, new = mail("旧信"), mail("新信")
    peer.puts(old)
    box = fetching.mailbox(peer.port)
    with fetching.reading():
        come(1)
        weather.wait_until(lambda: peer.seen["IDLE"] > 0, "the line idles")
        peer.puts(new)
        come(2)
        weather.wait_until(lambda: peer.marked() == 2, "both are marked as seen")
    assert [blobs.read(raw.blob) for raw in Raw.objects.order_by("arrived_at")] == [old, new]
    box.refresh_from_db()
    assert (box.imap_validity, box.imap_read_uid, box.imap_in_trouble) == (7, 2, False)
    assert not [told for told in peer.told if "BODY[]" in told]


def test_it_says_who_it_is_before_it_opens_the_folder(peer: Peer) -> None:
    fetching.mailbox(peer.port)
    with fetching.reading():
        weather.wait_until(lambda: peer.seen["SELECT"] > 0, "the folder is open")
    said = [told.split(" ")[0] for told in peer.told]
    assert said.index("LOGIN") < said.index("ID") < said.index("SELECT")


def test_the_ledger_says_how_far_and_not_what(peer: Peer) -> None:
    peer.puts(mail(), mail())
    box = fetching.mailbox(peer.port)
    with fetching.reading():
        come(2)
    (entry,) = world.entries("channels.mailbox.fetch")
    assert (entry.actor_id, entry.subject_id) == (reader.FETCHER.id, box.pk)
    assert ledger.facts(bytes(entry.body)) == {
        "validity": 7,
        "from_uid": 0,
        "to_uid": 2,
        "done_uid": 0,
        "came_before": 0,
    }
    assert list(entry.opening.values) == ["actor_name"]


def test_without_idle_it_looks_again_and_again() -> None:
    with serving(Peer(capabilities="IMAP4rev1")) as peer:
        fetching.mailbox(peer.port)
        with fetching.reading():
            weather.wait_until(lambda: peer.seen["NOOP"] > 1, "it looks")
            peer.puts(mail())
            come(1)
    assert peer.seen["IDLE"] == peer.seen["ID"] == 0


def test_a_server_that_announces_idle_and_refuses_it_is_asked_again_and_again(peer: Peer) -> None:
    peer.refuses = {"IDLE "}
    fetching.mailbox(peer.port)
    with fetching.reading():
        weather.wait_until(lambda: peer.seen["NOOP"] > 0, "it looks")
        peer.puts(mail())
        come(1)
    assert peer.seen["IDLE"] == reader.IDLE_FAILURES_MAX


def test_idle_is_begun_anew_before_anybody_forgets_the_line(peer: Peer) -> None:
    fetching.mailbox(peer.port)
    with fetching.reading():
        weather.wait_until(lambda: peer.seen["IDLE"] > 1, "it idles again")
    assert peer.seen["LOGIN"] == 1


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS"])
def test_it_moves_what_is_ours_to_a_folder(capabilities: str) -> None:
    with serving(Peer(capabilities=capabilities)) as peer:
        content = mail()
        peer.puts(content)
        fetching.mailbox(peer.port, imap_afterwards="move", imap_move_to="Taken in")
        with fetching.reading():
            weather.wait_until(lambda: not peer.letters, "it is moved")
        assert peer.moved == [content]
    assert Raw.objects.count() == 1


def test_it_deletes_what_is_ours(peer: Peer) -> None:
    peer.puts(mail(), mail())
    fetching.mailbox(peer.port, imap_afterwards="delete")
    with fetching.reading():
        weather.wait_until(lambda: not peer.letters, "both are deleted")
    assert (Raw.objects.count(), peer.moved) == (2, [])


def test_without_uidplus_nothing_is_expunged() -> None:
    with serving(Peer(capabilities="IMAP4rev1")) as peer:
        peer.puts(mail())
        fetching.mailbox(peer.port, imap_afterwards="delete")
        with fetching.reading():
            weather.wait_until(lambda: peer.letters[1].flags == {"\\Deleted"}, "it is marked")
    assert peer.seen["EXPUNGE"] == 0


def test_a_message_too_large_is_held_and_left_alone_and_the_next_is_taken(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MESSAGE_BYTES_MAX", 20_000)
    monkeypatch.setattr(imap, "CUT_BYTES", 20_001)
    peer.puts(mail("很大"), mail("不大"))
    peer.sizes[1] = 5_000_000
    fetching.mailbox(peer.port, imap_afterwards="delete")
    with fetching.reading():
        come(2)
        weather.wait_until(lambda: list(peer.letters) == [1], "only what is kept whole is deleted")
        drain.run_until_empty("intake")
    held = Raw.objects.get(state="held")
    assert (held.reason, held.blob.size) == ("too_large", 20_001)
    assert Task.objects.filter(kind=actions.HELD.code, subject_id=held.pk).count() == 1
    assert Raw.objects.filter(state="received").count() == 1


def test_mailboxes_are_read_side_by_side(peer: Peer) -> None:
    with serving(Peer(hangs_at="LOGIN")) as stuck:
        fetching.mailbox(stuck.port, address=SECOND)
        fetching.mailbox(peer.port)
        with fetching.reading():
            weather.wait_until(lambda: stuck.seen["LOGIN"] > 0, "one hangs")
            peer.puts(mail())
            come(1)
            began = time.monotonic()
        assert time.monotonic() - began < 4


def test_a_mailbox_that_is_set_up_otherwise_is_read_so(peer: Peer) -> None:
    fetching.mailbox(peer.port)
    with serving(Peer()) as other, fetching.reading():
        weather.wait_until(lambda: peer.seen["IDLE"] > 0, "the first is read")
        other.puts(mail())
        fetching.mailbox(other.port, imap_host="127.0.0.1")
        come(1)
        mailbox = fetching.mailbox(other.port, imap_host="", imap_user="", imap_since=None)
        weather.wait_until(lambda: other.seen["LOGOUT"] > 0, "nothing is read any more")
    mailbox.refresh_from_db()
    assert (mailbox.imap_validity, mailbox.imap_read_uid) == (None, 0)


def test_a_wrong_password_is_said_plainly_and_a_right_one_helps(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.puts(mail())
    peer.password = "another"
    box = fetching.mailbox(peer.port)
    with fetching.reading():
        weather.wait_until(lambda: in_trouble(box) == "sign_in_refused", "it is noted")
        weather.wait_until(lambda: peer.seen["LOGIN"] > 2, "it tries again")
        assert len(world.entries("channels.mailbox.note_trouble")) == 1
        peer.password = PASSWORD
        come(1)
        weather.wait_until(lambda: not in_trouble(box), "the trouble is over")
    assert Mailbox.objects.get(pk=box.pk).imap_trouble == "sign_in_refused"


def in_trouble(mailbox: Mailbox) -> str:
    mailbox.refresh_from_db()
    return mailbox.imap_trouble if mailbox.imap_in_trouble else ""


@pytest.mark.parametrize(
    ("refused", "trouble"), [("SELECT", "folder_refused"), ("SEARCH", "command_refused")]
)
def test_what_is_refused_is_noted(peer: Peer, refused: str, trouble: str) -> None:
    peer.refuses = {refused}
    box = fetching.mailbox(peer.port)
    with fetching.reading():
        weather.wait_until(lambda: in_trouble(box) == trouble, "it is noted")


def test_a_missing_password_is_noted(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(fetching.VARIABLE)
    box = fetching.mailbox(peer.port)
    with fetching.reading():
        weather.wait_until(lambda: in_trouble(box) == "secret_missing", "it is noted")
    assert peer.seen.total() == 0


def test_a_folder_to_move_to_that_is_not_there_holds_up_no_mail(peer: Peer) -> None:
    peer.puts(mail())
    peer.refuses = {"MOVE"}
    box = fetching.mailbox(peer.port, imap_afterwards="move", imap_move_to="Nowhere")
    with fetching.reading():
        come(1)
        peer.puts(mail())
        come(2)
        weather.wait_until(lambda: in_trouble(box) == "command_refused", "it is noted")
        peer.refuses = set()
        weather.wait_until(lambda: not peer.letters, "both are moved in the end")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_with_a_certificate_of_a_known_authority(
    security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = smtp_peer.authority(tmp_path)
    known = Peer(context=authority.context, starttls=security == "starttls")
    known.capabilities += " STARTTLS"
    with serving(known) as peer:
        peer.puts(mail())
        box = fetching.mailbox(peer.port, imap_security=security)
        with fetching.reading():
            weather.wait_until(lambda: in_trouble(box) == "certificate_refused", "a stranger is not trusted")
            assert peer.seen["LOGIN"] == 0
            monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
            come(1)


def test_another_reader_that_has_come_further_is_not_undone(peer: Peer) -> None:
    box = fetching.mailbox(peer.port)
    actions.renumber(box, by=reader.FETCHER, validity=7)
    about = {"validity": 7, "from_uid": 0, "to_uid": 2, "done_uid": 0}
    actions.fetch(box, by=reader.FETCHER, contents=[mail()], **about)
    with pytest.raises(Refused, match="read_by_another"):
        actions.fetch(box, by=reader.FETCHER, contents=[mail()], **about)
    with pytest.raises(Refused, match="read_by_another"):
        actions.pass_over(box, by=reader.FETCHER, validity=8, from_uid=2, uid=3)
    assert Raw.objects.count() == 1


@pytest.fixture
def pymap() -> Iterator[int]:
    """Somebody else's whole IMAP server, in memory."""
    port = weather.free_port()
    words = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-user", USER]
    command = [str(Path(sys.executable).with_name("pymap")), *words, "--demo-password", PASSWORD]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        weather.wait_until(lambda: answers(port), "pymap answers")
        yield port
    finally:
        server.kill()
        server.wait()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.mark.processes
def test_a_server_of_others_hands_over_its_backlog_and_what_comes(pymap: int) -> None:
    with IMAP4("127.0.0.1", pymap) as theirs:
        theirs.login(USER, PASSWORD)
        contents = [mail(f"第 {number} 封") for number in range(45)]
        for content in contents:
            assert theirs.append("INBOX", "", "", content)[0] == "OK"
        fetching.mailbox(pymap, imap_since=date(2020, 1, 1))
        with fetching.reading():
            come(45)
            theirs.append("INBOX", "", "", mail("刚到"))
            come(46)
            weather.wait_until(lambda: unseen(theirs) == 0, "all are marked")
    kept = [blobs.read(raw.blob) for raw in Raw.objects.order_by("arrived_at", "id")[:45]]
    assert kept == contents
    assert len(world.entries("channels.mailbox.fetch")) >= 3


def unseen(server: IMAP4) -> int:
    server.select("INBOX", readonly=True)
    return len(server.search(None, "UNSEEN")[1][0].split())
