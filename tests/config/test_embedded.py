"""The embedded database: started, shared, recovered, stopped, and never more open than its owner's files."""

import os
import signal
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.copies import Start, processes_of, wait_until
from plainspoken.config import account, cluster, embedded
from plainspoken.config.errors import CannotStart


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database was made once; each test starts and stops it."""
    home = tmp_path_factory.mktemp("embedded") / "home"
    with embedded.running(home, durable=False):
        pass
    return home


def one(home: Path, statement: str) -> object:
    with psycopg.connect(embedded.url(home)) as connection:
        row = connection.execute(statement).fetchone()
        assert row is not None
        return row[0]


def refusal(home: Path) -> str:
    """What the person is told when the database of `home` cannot be started."""
    with pytest.raises(CannotStart) as caught, embedded.running(home, durable=False):
        pass
    return str(caught.value)


def test_runs_inside_the_block_only(home: Path) -> None:
    with embedded.running(home, durable=False):
        assert one(home, "SELECT 1") == 1
    assert not embedded.answers(home)
    assert processes_of(home) == []


def test_is_durable_unless_told_otherwise(home: Path) -> None:
    with embedded.running(home):
        assert one(home, "SHOW fsync") == "on"
        assert one(home, "SHOW synchronous_commit") == "on"


def test_listens_on_its_socket_only(home: Path) -> None:
    with embedded.running(home, durable=False):
        assert one(home, "SHOW listen_addresses") == ""


def test_the_application_is_no_superuser(home: Path) -> None:
    with embedded.running(home, durable=False):
        assert one(home, "SELECT usesuper FROM pg_user WHERE usename = current_user") is False


def test_asks_for_the_password(home: Path) -> None:
    url = embedded.url(home)
    with embedded.running(home, durable=False), pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace("plainspoken:", "plainspoken:not-"))


def test_another_password_is_said_plainly(home: Path) -> None:
    secrets = home / "secrets.toml"
    kept = secrets.read_text()
    secrets.write_text(kept.replace(tomllib.loads(kept)["database"], "another"))
    try:
        assert "does not accept the password in" in refusal(home)
    finally:
        secrets.write_text(kept)
    assert processes_of(home) == []


def test_is_closed_to_others(home: Path) -> None:
    with embedded.running(home, durable=False):
        for name in ("", "database", "socket", "log"):
            assert stat.S_IMODE((home / name).stat().st_mode) == 0o700, name
        assert stat.S_IMODE((home / "secrets.toml").stat().st_mode) == 0o600


def test_changes_no_permission_outside_the_home(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "a" / "b"]
    folders[1].mkdir(parents=True)
    for folder in folders:
        folder.chmod(0o750)
    before = [(folder.stat().st_mode, folder.stat().st_uid) for folder in [*folders, *tmp_path.parents]]
    with embedded.running(folders[1] / "home", durable=False):
        pass
    assert [
        (folder.stat().st_mode, folder.stat().st_uid) for folder in [*folders, *tmp_path.parents]
    ] == before


def test_a_second_use_shares_the_server_of_the_first(home: Path) -> None:
    with embedded.running(home, durable=False) as server:
        assert server is not None
        with embedded.running(home, durable=False) as shared:
            assert shared is None
        assert one(home, "SELECT 1") == 1


def test_a_home_with_a_long_path_has_its_socket_below_tmp(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 20) / ("path" * 20)
    with embedded.running(home, durable=False):
        folder = embedded.socket_folder(home)
        assert folder.parent == Path("/tmp")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert one(home, "SELECT 1") == 1
    assert not folder.exists()


def test_a_socket_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 20) / ("path" * 20)
    folder = embedded.socket_folder(home)
    folder.mkdir()
    folder.chmod(0o777)
    try:
        assert "not ours alone" in refusal(home)
    finally:
        if folder.exists():
            folder.rmdir()


def test_a_path_with_spaces_and_chinese(tmp_path: Path) -> None:
    home = tmp_path / "数 据 %41"
    with embedded.running(home, durable=False):
        assert one(home, "SELECT 1") == 1


def test_the_folder_of_another_major_version_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "database"
    data.mkdir()
    (data / "PG_VERSION").write_text("16\n")
    assert "made by PostgreSQL 16; this Plainspoken brings PostgreSQL 18" in refusal(tmp_path)


def test_a_half_made_database_is_made_anew(tmp_path: Path) -> None:
    left = tmp_path / "database.new"
    left.mkdir()
    (left / "PG_VERSION").write_text("18\n")
    with embedded.running(tmp_path, durable=False):
        assert one(tmp_path, "SELECT 1") == 1
    assert not left.exists()


def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "FREE_BYTES_MIN", 2**60)
    told = refusal(tmp_path)
    assert "MB are free" in told
    assert "set PLAINSPOKEN_HOME" in told
    assert not (tmp_path / "database").exists()


@pytest.mark.processes
def test_ends_when_its_owner_is_killed(home: Path, start: Start) -> None:
    owner = start("database", "--not-durable", home=home)
    owner.wait_for("postgresql://")
    owner.process.kill()
    wait_until(owner.all_ended, "the server ended with its owner")
    with embedded.running(home, durable=False):
        assert one(home, "SELECT 1") == 1


@pytest.mark.processes
def test_recovers_after_the_server_itself_was_killed(home: Path, start: Start) -> None:
    owner = start("database", home=home)
    owner.wait_for("postgresql://")
    with psycopg.connect(embedded.url(home)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number integer)")
        connection.execute("INSERT INTO kept VALUES (7)")
    os.kill(_server_pid(home), signal.SIGKILL)
    owner.process.kill()
    wait_until(owner.all_ended, "nothing is left")
    with embedded.running(home):
        assert one(home, "SELECT max(number) FROM kept") == 7


@pytest.fixture
def orphan(home: Path) -> Iterator[int]:
    """A server nobody owns, as a killed owner leaves it where the kernel does not end it."""
    server = embedded.Server(home, durable=False)
    server.start()
    pid = _server_pid(home)
    yield pid
    server.stop()


def test_an_orphan_is_ended_and_replaced(home: Path, orphan: int) -> None:
    with embedded.running(home, durable=False):
        assert _server_pid(home) != orphan
        assert one(home, "SELECT 1") == 1


def test_a_process_number_that_is_now_another_program_is_forgotten(home: Path) -> None:
    stale = home / "database" / "postmaster.pid"
    stale.write_text(f"{os.getppid()}\n{home / 'database'}\n")
    with embedded.running(home, durable=False):
        assert one(home, "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_root_without_user_namespaces_runs_it_as_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "UNPRIVILEGED", ("false",))
    home = Path(os.path.realpath(tmp_path)) / "home"
    if not _reachable_by_all(home.parent):
        assert "'nobody' cannot reach" in refusal(home)
        return
    with embedded.running(home, durable=False):
        assert one(home, "SELECT 1") == 1
        assert (home / "database").owner() == "nobody"
        assert stat.S_IMODE((home / "secrets.toml").stat().st_mode) == 0o600


def _reachable_by_all(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in [folder, *folder.parents])


def _server_pid(home: Path) -> int:
    return int((home / "database" / "postmaster.pid").read_text().split("\n", 1)[0])


def test_the_programs_are_of_the_version_the_folders_are(home: Path) -> None:
    with embedded.running(home, durable=False):
        assert str(one(home, "SHOW server_version")).split(".")[0] == cluster.MAJOR
