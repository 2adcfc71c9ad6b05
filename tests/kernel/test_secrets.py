"""The file of secrets: made once, whole, for its owner only; and what others gave us, found by name."""

import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from plainspoken.kernel import secrets
from plainspoken.kernel.secrets import FileTooOpen, SecretMissing


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLAINSPOKEN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PLAINSPOKEN_SECRETS_FILE", raising=False)
    return tmp_path / "home"


def put(home: Path, text: str, mode: int = 0o600) -> Path:
    home.mkdir(exist_ok=True)
    file = home / "secrets.toml"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_the_first_need_makes_every_key_with_id_and_algorithm(home: Path) -> None:
    found = {name: secrets.key(name) for name in secrets.KEYS}
    assert {name: key.algorithm for name, key in found.items()} == secrets.KEYS
    assert (
        len({key.id for key in found.values()}) == len({key.secret for key in found.values()}) == len(found)
    )
    assert all(len(key.raw) == secrets.KEY_BYTES for key in found.values())
    assert set(tomllib.loads((home / "secrets.toml").read_text())) == set(secrets.KEYS | secrets.PASSWORDS)


def test_passwords_are_plain_strings_and_stay(home: Path) -> None:
    first = secrets.read(home, "database")
    assert tomllib.loads((home / "secrets.toml").read_text())["database"] == first
    assert secrets.read(home, "database") == first != secrets.read(home, "django")


def test_the_file_is_its_owners_only_and_nothing_is_left_beside_it(home: Path) -> None:
    secrets.key("signing")
    assert stat.S_IMODE((home / "secrets.toml").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {path.name for path in home.iterdir()} == {"secrets.toml", "secrets.lock"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o777])
def test_a_file_open_to_others_is_refused_saying_how_to_close_it(home: Path, mode: int) -> None:
    file = put(home, 'database = "known"\n', mode)
    with pytest.raises(FileTooOpen, match=f"chmod 600 {file}"):
        secrets.read(home, "database")
    with pytest.raises(FileTooOpen):
        secrets.get("mailbox.service")


def test_closing_the_file_is_noticed_at_once(home: Path) -> None:
    file = put(home, 'database = "known"\n', 0o644)
    with pytest.raises(FileTooOpen):
        secrets.read(home, "database")
    file.chmod(0o400)
    assert secrets.read(home, "database") == "known"


def test_processes_that_start_at_once_have_the_same_keys(home: Path) -> None:
    program = (
        "from plainspoken.kernel import secrets; print([secrets.key(name).secret for name in secrets.KEYS])"
    )
    source = Path(secrets.__file__).parents[2]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(source)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = {process.communicate(timeout=60)[0] for process in started}
    assert [process.returncode for process in started] == [0, 0, 0, 0]
    assert said == {f"{[secrets.key(name).secret for name in secrets.KEYS]}\n"}


def test_a_newer_version_adds_its_keys_and_keeps_what_is_there(home: Path) -> None:
    file = put(home, 'database = "kept"\n\n[mailbox]\nservice = "also kept"\n')
    added = secrets.key("encryption")
    assert secrets.read(home, "database") == "kept"
    assert secrets.get("mailbox.service") == "also kept"
    assert added == secrets.key("encryption")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_last_key_is_used_and_the_earlier_ones_are_kept(home: Path) -> None:
    old, new = "11" * 32, "22" * 32
    put(
        home,
        f"""ledger_mac = [
            {{ id = "a", algorithm = "hmac-sha256", secret = "{old}" }},
            {{ id = "b", algorithm = "hmac-sha256", secret = "{new}" }},
        ]""",
    )
    assert secrets.key("ledger_mac").id == "b"
    assert [key.secret for key in secrets.keys("ledger_mac")] == [old, new]


def test_a_plain_string_is_one_key_of_the_usual_algorithm(home: Path) -> None:
    put(home, f'encryption = "{"ab" * 32}"\n')
    assert secrets.keys("encryption") == (secrets.Key("1", "aes-256-gcm", "ab" * 32),)


@pytest.mark.parametrize("left", ["database", "blobs"])
def test_lost_keys_are_not_made_anew_for_a_home_that_was_in_use(home: Path, left: str) -> None:
    (home / left).mkdir(parents=True)
    with pytest.raises(SecretMissing, match="Put back your copy"):
        secrets.key("encryption")
    assert not (home / "secrets.toml").exists()


def test_a_broken_file_is_named(home: Path) -> None:
    file = put(home, "database = \n")
    with pytest.raises(SecretMissing, match=f"{file} cannot be read"):
        secrets.read(home, "database")


def test_another_file_may_be_named(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINSPOKEN_SECRETS_FILE", str(tmp_path / "mounted.toml"))
    with pytest.raises(SecretMissing, match="which is not there"):
        secrets.read(home, "database")
    (tmp_path / "mounted.toml").touch(mode=0o600)
    (tmp_path / "mounted.toml").write_text('database = "mounted"\n')
    assert secrets.read(home, "database") == "mounted"
    assert not (home / "secrets.toml").exists()


def test_a_key_does_not_show_itself(home: Path) -> None:
    key = secrets.key("signing")
    assert key.secret not in repr(key)


def test_a_mailboxs_password_is_read_by_its_name(home: Path) -> None:
    put(home, '[mailbox]\nservice = "from the file"\n')
    assert secrets.get("mailbox.service") == "from the file"


def test_the_environment_goes_before_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home, '[mailbox]\nservice-2 = "from the file"\n')
    monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_SERVICE_2", "from the environment")
    assert secrets.get("mailbox.service-2") == "from the environment"


@pytest.mark.parametrize(
    "text", ["", '[mailbox]\nother = "x"\n', "[mailbox.service]\n", '[mailbox]\nservice = ""\n']
)
def test_a_missing_secret_says_where_to_put_it(home: Path, text: str) -> None:
    put(home, text)
    with pytest.raises(SecretMissing) as refused:
        secrets.get("mailbox.service")
    for part in (str(home / "secrets.toml"), "[mailbox]", "service =", "PLAINSPOKEN_SECRET_MAILBOX_SERVICE"):
        assert part in str(refused.value)


def test_asking_for_a_mailboxs_password_makes_no_file(home: Path) -> None:
    with pytest.raises(SecretMissing):
        secrets.get("mailbox.service")
    assert not home.exists()


@pytest.mark.parametrize(
    "path", ["", "database", "mailbox.", ".service", "mailbox.Service", "mail box.service"]
)
def test_what_is_no_name_of_a_secret_is_refused(home: Path, path: str) -> None:
    with pytest.raises(SecretMissing, match="names no secret"):
        secrets.get(path)
