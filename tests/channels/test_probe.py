"""Trying a mailbox's connection: how far one comes, what stands in the way, and that nothing is sent."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import smtp_peer
import world
from plainspoken.channels import actions
from plainspoken.channels.email.probe import Outcome, Step, Verdict, probe
from plainspoken.channels.models import Mailbox
from plainspoken.kernel import ledger
from plainspoken.kernel.errors import PermissionDenied
from smtp_peer import Authority, Peer

TEST = "channels.mailbox.test"
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return smtp_peer.authority(tmp_path)


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


def tried(port: int, host: str = "localhost", security: str = "tls", **more: Any) -> Verdict:
    return probe(
        Mailbox(smtp_host=host, smtp_port=port, smtp_security=security, **more), more.pop("seconds", 5.0)
    )


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_all_is_well_and_nothing_is_sent(trusted: Authority, security: str) -> None:
    by = {"ssl_context": trusted.context} if security == "tls" else {"tls_context": trusted.context}
    with smtp_peer.serving(Peer(), **by) as peer:
        assert tried(peer.port, security=security) == Verdict(Step.DONE, Outcome.WELL)
    assert (peer.seen["mail"], peer.received) == (0, [])


@pytest.mark.parametrize(
    ("password", "ends"),
    [
        ("harbour", (Step.DONE, Outcome.WELL)),
        ("wrong", (Step.SIGN_IN, Outcome.SIGN_IN_REFUSED)),
        ("", (Step.SIGN_IN, Outcome.SECRET_MISSING)),
    ],
)
def test_signing_in(
    trusted: Authority, monkeypatch: pytest.MonkeyPatch, password: str, ends: tuple[Step, Outcome]
) -> None:
    monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_SERVICE", password)
    known = smtp_peer.knowing("service", "harbour")
    with smtp_peer.serving(Peer(), ssl_context=trusted.context, **known) as peer:
        verdict = tried(peer.port, smtp_user="service", secret="service")
    assert (verdict.step, verdict.outcome) == ends
    assert verdict.said.startswith("535") is (password == "wrong")
    assert "harbour" not in verdict.said


@pytest.mark.duty("5.1.4a")
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_nobody_vouches_for(authority: Authority, security: str) -> None:
    by = {"ssl_context": authority.context} if security == "tls" else {"tls_context": authority.context}
    with smtp_peer.serving(Peer(), **by) as peer:
        assert tried(peer.port, security=security) == Verdict(Step.ENCRYPTION, Outcome.NOT_TRUSTED)


def test_a_server_without_tls() -> None:
    with smtp_peer.serving(Peer()) as peer:
        assert tried(peer.port).outcome in (Outcome.NO_TLS, Outcome.HUNG_UP)
        assert tried(peer.port, security="starttls") == Verdict(Step.ENCRYPTION, Outcome.NOT_OFFERED)


def test_a_server_that_cannot_sign_anybody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_SERVICE", "harbour")
    with smtp_peer.serving(Peer()) as peer:
        verdict = tried(peer.port, security="none", smtp_user="service", secret="service")
    assert verdict == Verdict(Step.SIGN_IN, Outcome.NOT_OFFERED)


def test_a_port_where_nobody_answers() -> None:
    with socket.socket() as probe_port:
        probe_port.bind(("127.0.0.1", 0))
        free = probe_port.getsockname()[1]
    assert tried(free, host="127.0.0.1", security="none") == Verdict(Step.LINE, Outcome.LINE_REFUSED)


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "no..dots"])
def test_a_name_that_is_none(host: str) -> None:
    assert tried(25, host=host) == Verdict(Step.NAME, Outcome.NAME_UNKNOWN)


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """A server that says this at once, or nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        lines: list[socket.socket] = []

        def serve() -> None:
            try:
                line, _address = server.accept()
            except OSError:
                return
            lines.append(line)
            if answer is not None:
                line.sendall(answer)
                line.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        for line in lines:
            line.close()


def test_one_that_never_speaks_is_waited_for_no_longer_than_said() -> None:
    began = time.monotonic()
    with listening(None) as port:
        mailbox = Mailbox(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
        assert probe(mailbox, 0.3) == Verdict(Step.LINE, Outcome.TOO_SLOW)
    assert time.monotonic() - began < 3


def test_the_servers_own_words_are_given() -> None:
    with listening(b"554 go away\r\n") as port:
        verdict = tried(port, host="127.0.0.1", security="none")
    assert verdict == Verdict(Step.LINE, Outcome.SERVER_REFUSES, "554 go away")


def test_one_that_hangs_up() -> None:
    with listening(b"") as port:
        assert tried(port, host="127.0.0.1", security="none").outcome == Outcome.HUNG_UP


def test_without_a_server_there_is_nothing_to_try() -> None:
    assert probe(Mailbox()) == Verdict(Step.NAME, Outcome.NO_SERVER)


def test_a_test_stands_in_the_ledger(mailbox: Mailbox) -> None:
    verdict = actions.try_connection(mailbox, by=world.actor("admin"))
    assert verdict.outcome == Outcome.NO_SERVER
    (entry,) = world.entries(TEST)
    assert entry.subject_id == mailbox.pk
    assert ledger.facts(bytes(entry.body)) == {"step": "name", "outcome": "no_server", "fetching": ""}


def test_only_an_administrator_tries(mailbox: Mailbox) -> None:
    with pytest.raises(PermissionDenied):
        actions.try_connection(mailbox, by=world.actor("zhao"))
