"""A backup made while the firm works, put into an empty home: the same ledger, the same contents."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from config.conftest import FIRM, Home, holds, told
from config.copies import Copy, Start, wait_until
from plainspoken.config import embedded

LARGE = "From: a@example.com\nTo: {to}\nSubject: large\n\n" + "A line of many.\n" * 8_000
UNDER_LOAD, LARGE_EACH = 100, 10


def mailbox() -> str:
    return str(tomllib.loads(FIRM.read_text(encoding="utf-8"))["mailboxes"][0]["address"])


@pytest.mark.processes
def test_what_was_backed_up_is_restored_and_verified(start: Start, firm_home: Home, tmp_path: Path) -> None:
    home, other, folder = firm_home("home"), tmp_path / "other", tmp_path / "backup"
    mail = tmp_path / "large.eml"
    mail.write_text(LARGE.format(to=mailbox()))
    case = json.loads(told("ingest", str(mail), home=home))["case"]
    assert "holds the database and 1 files" in told("backup", str(folder), home=home)
    told("backup", "--secrets", str(tmp_path / "keys.toml"), home=home)
    assert (tmp_path / "keys.toml").stat().st_mode & 0o077 == 0
    assert not list(folder.rglob("secrets*"))

    other.mkdir()
    (tmp_path / "keys.toml").rename(other / "secrets.toml")
    assert "The ledger is what it was" in told("restore", str(folder), home=other)
    again = json.loads(told("ingest", str(mail), home=other))
    assert (again["status"], again["case"]) == ("duplicate", case)


@pytest.mark.processes
def test_a_backup_made_under_load_holds_what_was_there(start: Start, firm_home: Home, tmp_path: Path) -> None:
    """Mail is taken in while the backup is made: what had been answered before it is in it, what is in it is whole."""
    home, other, folder, mails = (
        firm_home("home"),
        tmp_path / "other",
        tmp_path / "backup",
        tmp_path / "mails",
    )
    mails.mkdir()
    for number in range(UNDER_LOAD):
        text = (
            LARGE
            if number % LARGE_EACH == 0
            else "From: a@example.com\nTo: {to}\nSubject: small\n\nA line.\n"
        )
        (mails / f"{number:03}.eml").write_text(
            f"Message-ID: <{number}@example.com>\n" + text.format(to=mailbox())
        )
    load = start("ingest", str(mails), home=home)
    wait_until(
        lambda: len(answered(load)) > LARGE_EACH or load.process.poll() is not None, "mail is taken in"
    )
    before = answered(load)
    told("backup", str(folder), home=home)
    assert load.process.wait(120) == 0, load.told()

    other.mkdir()
    told("backup", "--secrets", str(other / "secrets.toml"), home=home)
    assert "The ledger is what it was" in told("restore", str(folder), home=other)
    found = holds(other)
    there = found["mails"].get("received", 0) + found["mails"].get("waiting", 0)
    assert len(before) <= there == sum(found["mails"].values()) <= found["blobs"]
    assert there < UNDER_LOAD, "the mail was all in before the backup was made: take more"
    again = told("ingest", *(one["path"] for one in before), home=other).splitlines()
    assert {json.loads(line)["status"] for line in again} == {"duplicate"}


def answered(load: Copy) -> list[dict[str, str]]:
    """The mails the command has said to be in; the last line may not be whole yet."""
    return [json.loads(line) for line in load.told().splitlines() if line.endswith("}")]


@pytest.mark.processes
def test_a_backup_is_refused_what_it_would_damage(start: Start, firm_home: Home, tmp_path: Path) -> None:
    home, folder = firm_home("home"), tmp_path / "backup"
    told("backup", str(folder), home=home)
    for words, why in [
        (["backup", str(folder)], "is there already"),
        (["restore", str(folder)], "is in use"),
        (["restore", str(tmp_path)], "is not a whole backup"),
    ]:
        assert why in refused(start, *words, home=home)
    assert "Put your copy of secrets.toml" in refused(start, "restore", str(folder), home=tmp_path / "none")
    assert "belongs to the backup" in refused(start, "restore", str(folder), home=with_other_keys(home))
    with (folder / "database.dump").open("ab") as dump:
        dump.write(b"!")
    assert "not the file that was backed up" in refused(start, "restore", str(folder), home=home)
    assert embedded.answers(home) is False


def with_other_keys(home: Path) -> Path:
    other = home.with_name("stranger")
    other.mkdir()
    (other / "secrets.toml").touch(mode=0o600)
    keys = (home / "secrets.toml").read_text()
    (other / "secrets.toml").write_text(re.sub(r'secret = "\w{8}', 'secret = "00000000', keys))
    return other


def refused(start: Start, *words: str, home: Path) -> str:
    copy = start(*words, home=home)
    assert copy.process.wait(60) == 2, copy.told()
    return copy.told()
