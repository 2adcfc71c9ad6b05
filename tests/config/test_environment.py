"""What variables of the environment mean, and what is refused."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from plainspoken.config import embedded, environment


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = ("PORT", "SMTP_IN_PORT", "HOST", "PUBLIC_URL", "DATABASE_URL", "LOG_LEVEL", "PLAINSPOKEN_DEMO")
    for name in (*names, "LMTP_IN_PORT", "PLAINSPOKEN_PROCESS", "PLAINSPOKEN_TEST_CLOCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLAINSPOKEN_HOME", str(tmp_path))


def test_without_variables_it_serves_this_machine_on_port_8000() -> None:
    assert environment.port() == 8000
    assert environment.smtp_in_port() == 2525
    assert environment.lmtp_in_port() is None
    assert environment.host() == "127.0.0.1"
    assert environment.public_url() == "http://127.0.0.1:8000"
    assert not environment.secure()


def test_the_public_url_decides_on_hosts_and_cookies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://service.haian.example/")
    assert environment.public_url() == "https://service.haian.example"
    assert environment.allowed_hosts()[0] == "service.haian.example"
    assert environment.trusted_origins() == ["https://service.haian.example"]
    assert environment.secure()
    assert environment.cookie_name("session", of_this_port=True) == environment.cookie_name("session")
    assert environment.cookie_name("session") == "__Host-session"


def test_copies_on_two_ports_keep_their_sessions_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    first = environment.cookie_name("session", of_this_port=True)
    monkeypatch.setenv("PORT", "8001")
    assert environment.cookie_name("session", of_this_port=True) != first


@pytest.mark.parametrize(
    "url", ["service.haian.example", "ftp://haian.example", "https://", "https://haian.example/desk"]
)
def test_a_public_url_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PUBLIC_URL", url)
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL must be like"):
        environment.public_url()


@pytest.mark.parametrize(("given", "minutes"), [("", 60), ("5", 5), ("240", 240)])
def test_how_long_a_session_is_left_alone(monkeypatch: pytest.MonkeyPatch, given: str, minutes: int) -> None:
    monkeypatch.setenv("SESSION_IDLE_MINUTES", given)
    assert environment.session_idle_minutes() == minutes


@pytest.mark.parametrize("given", ["0", "4", "241", "an hour", "-5"])
def test_no_session_lasts_for_ever(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("SESSION_IDLE_MINUTES", given)
    with pytest.raises(ImproperlyConfigured, match="SESSION_IDLE_MINUTES must be from 5 to 240"):
        environment.session_idle_minutes()


def test_a_firm_may_listen_elsewhere_but_a_demo_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "0.0.0.0")
    assert environment.host() == "0.0.0.0"
    monkeypatch.setenv("PLAINSPOKEN_DEMO", "1")
    with pytest.raises(ImproperlyConfigured, match="this machine only"):
        environment.host()


def test_an_unknown_log_level_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(ImproperlyConfigured, match="LOG_LEVEL must be one of"):
        environment.log_level()


def test_the_database_url_is_read_as_libpq_reads_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://Ann:p%40ss@Db.example:6543/Firm?sslmode=require")
    database = environment.database(tmp_path)
    named = {"NAME": "Firm", "USER": "Ann", "PASSWORD": "p@ss", "HOST": "Db.example", "PORT": "6543"}
    assert named.items() <= database.items()
    assert database["OPTIONS"] == {"sslmode": "require"}


def test_without_a_database_url_it_is_the_embedded_one(tmp_path: Path) -> None:
    assert environment.database(tmp_path)["HOST"] == str(embedded.socket_folder(tmp_path))


def test_pages_share_a_pool_and_workers_hold_their_connections(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert environment.database(tmp_path)["CONN_MAX_AGE"] is None
    monkeypatch.setenv("PLAINSPOKEN_PROCESS", "web")
    database = environment.database(tmp_path)
    assert database["CONN_MAX_AGE"] == 0
    assert "pool" in str(database["OPTIONS"])


def test_the_clock_is_moved_for_a_demo_in_a_home_made_for_it_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert environment.test_clock() is None
    monkeypatch.setenv("PLAINSPOKEN_TEST_CLOCK", "1")
    (tmp_path / "test-clock").touch()
    with pytest.raises(ImproperlyConfigured, match="is for tests of this program"):
        environment.test_clock()  # a real firm
    monkeypatch.setenv("PLAINSPOKEN_DEMO", "1")
    assert environment.test_clock() == tmp_path / "test-clock"
    (tmp_path / "test-clock").unlink()
    with pytest.raises(ImproperlyConfigured, match="is for tests of this program"):
        environment.test_clock()
