from collections.abc import Iterator

import pytest

import smtp_peer
from smtp_peer import Authority, Peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A mail server of others that takes what comes."""
    with smtp_peer.serving(Peer()) as one:
        yield one


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The firm's own authority for certificates."""
    return smtp_peer.authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """SSL_CERT_FILE names the firm's own authority: whoever it vouches for is believed."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority
