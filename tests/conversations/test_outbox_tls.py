"""How the outbox makes sure whom it speaks to: TLS, the firm's own authority, the mailbox's password."""

from datetime import timedelta
from typing import Any

import pytest

import smtp_peer
from sending import after, answer
from smtp_peer import Authority, Peer

SIGNED_IN = {"smtp_host": "localhost", "smtp_security": "tls", "smtp_user": "service", "secret": "service"}
pytestmark = [
    pytest.mark.usefixtures("mailbox"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]


@pytest.mark.duty("5.1.4a")
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_by_tls_to_a_server_the_firms_own_authority_vouches_for(trusted: Authority, security: str) -> None:
    with smtp_peer.serving(Peer(), **by_tls(trusted, security)) as peer:
        outgoing = after(answer(peer, smtp_host="localhost", smtp_security=security))
    assert (outgoing.state, len(peer.received)) == ("left", 1)


def by_tls(authority: Authority, security: str) -> dict[str, Any]:
    if security == "tls":
        return {"ssl_context": authority.context}
    return {"tls_context": authority.context, "require_starttls": True}


@pytest.mark.duty("5.1.4a")
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_nobody_vouches_for_gets_nothing(authority: Authority, security: str) -> None:
    with smtp_peer.serving(Peer(), **by_tls(authority, security)) as peer:
        outgoing = after(answer(peer, smtp_host="localhost", smtp_security=security))
    assert (outgoing.state, outgoing.trouble) == ("waiting", "SSLCertVerificationError")
    assert (peer.seen["mail"], peer.received) == (0, [])


def test_a_certificate_of_another_host_is_not_believed(trusted: Authority) -> None:
    with smtp_peer.serving(Peer(), ssl_context=trusted.context) as peer:
        outgoing = after(answer(peer, smtp_security="tls"))
    assert (outgoing.state, outgoing.trouble) == ("waiting", "SSLCertVerificationError")


@pytest.mark.duty("5.1.4a")
def test_a_server_that_offers_no_tls_gets_nothing_in_clear(peer: Peer) -> None:
    outgoing = after(answer(peer, smtp_security="starttls"))
    assert (outgoing.state, outgoing.trouble) == ("waiting", "SMTPNotSupportedError")
    assert peer.seen["mail"] == 0


def test_signed_in_with_the_password_that_the_secret_names(
    trusted: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_SERVICE", "harbour")
    known = smtp_peer.knowing("service", "harbour")
    with smtp_peer.serving(Peer(), ssl_context=trusted.context, **known) as peer:
        outgoing = after(answer(peer, **SIGNED_IN))
    assert (outgoing.state, peer.received[0].user) == ("left", "service")


@pytest.mark.parametrize(("password", "trouble"), [("wrong", "535 "), ("", "SecretMissing")])
def test_with_a_wrong_password_or_none_the_mail_waits_for_a_right_one(
    trusted: Authority, monkeypatch: pytest.MonkeyPatch, password: str, trouble: str
) -> None:
    monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_SERVICE", password)
    known = smtp_peer.knowing("service", "harbour")
    with smtp_peer.serving(Peer(), ssl_context=trusted.context, **known) as peer:
        outgoing = after(answer(peer, **SIGNED_IN))
        assert (outgoing.state, outgoing.trouble[: len(trouble)]) == ("waiting", trouble)
        monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_SERVICE", "harbour")
        assert after(outgoing, timedelta(minutes=2)).state == "left"
