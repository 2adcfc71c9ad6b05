"""The first start: at a terminal it asks for a firm, elsewhere it says what to run; nothing is half done."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from config.conftest import FIRM, Home, told
from config.copies import Console, Start
from config.test_run import ports
from plainspoken.config import embedded

PASSWORD = "nine lanterns on the pier"
ASKED_FILE, ASKED_PASSWORD, AGAIN = "firm.example.toml:", "Password for wei", "The same again:"
At = Callable[..., Console]


def one(home: Path, statement: str) -> object:
    with embedded.running(home, durable=False), psycopg.connect(embedded.url(home)) as connection:
        row = connection.execute(statement).fetchone()
        assert row is not None
        return row[0]


def give(at: Console, password: str, again: str, times: int) -> None:
    at.type(f"{password}\n", after=ASKED_PASSWORD, times=times)
    at.type(f"{again}\n", after=AGAIN, times=times)


@pytest.mark.processes
def test_at_a_terminal_it_asks_until_all_is_right(console: At, empty_home: Home, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[rooms]\n[[people]]\n", encoding="utf-8")
    at = console("run", home=empty_home("home"), **ports())
    at.type(f"{tmp_path}/none.toml\n", after=ASKED_FILE)
    at.wait_for("cannot be read")
    at.type(f"{bad}\n", after=ASKED_FILE, times=2)
    at.wait_for("rooms: there is no such section")
    at.wait_for("people[0]: username is missing")
    at.type(f"{FIRM}\n", after=ASKED_FILE, times=3)
    give(at, PASSWORD, "another", 1)
    at.wait_for("two different passwords")
    give(at, "short", "short", 2)
    give(at, PASSWORD, PASSWORD, 3)
    at.wait_for("Example Bank is founded. wei can sign in.")
    at.wait_for("is ready")
    assert PASSWORD not in at.seen()
    assert "Traceback" not in at.seen()
    os.write(at.ours, b"\x03")
    assert at.process.wait(30) == 0
    assert one(at.home, "SELECT count(*) FROM organization_person WHERE password <> ''") == 1


@pytest.mark.processes
def test_of_several_administrators_one_is_chosen_in_chinese(
    console: At, empty_home: Home, tmp_path: Path
) -> None:
    file = tmp_path / "firm.toml"
    two = FIRM.read_text(encoding="utf-8").replace('["inspector"]', '["inspector", "system-administrator"]')
    file.write_text(two, encoding="utf-8")
    at = console("check", home=empty_home("home"), LC_ALL="zh_CN.UTF-8")
    at.type(f"{file}\n", after="机构文件")
    at.type("liu\n", after="首位管理员的用户名")
    at.type("fang\n", after="首位管理员的用户名", times=2)
    at.type(f"{PASSWORD}\n", after="fang 的密码")
    at.type(f"{PASSWORD}\n", after="再次输入")
    at.wait_for("示范银行")
    assert at.process.wait(30) == 0
    assert one(at.home, "SELECT username FROM organization_person WHERE password <> ''") == "fang"


@pytest.mark.processes
@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_giving_up_keeps_nothing_and_gives_the_terminal_back(console: At, empty_home: Home, key: str) -> None:
    at = console("run", home=empty_home("home"), **ports())
    at.type(f"{FIRM}\n", after=ASKED_FILE)
    at.wait_for(ASKED_PASSWORD)
    assert not at.echoes()
    at.type(key, after=ASKED_PASSWORD)
    assert at.process.wait(30) == {"\x03": 0, "\x04": 2}[key]
    assert at.echoes()
    assert "Traceback" not in at.seen()
    assert one(at.home, "SELECT count(*) FROM organization_unit") == 0
    assert one(at.home, "SELECT name_zh FROM organization_firm") == ""


@pytest.mark.processes
def test_without_a_terminal_it_says_what_to_run(start: Start, empty_home: Home) -> None:
    home = empty_home("home")
    holder = start("database", "--not-durable", home=home)
    holder.wait_for("postgresql://")
    url = embedded.url(home)
    for words in (["run"], ["serve"], ["worker"], ["check"]):
        copy = start(*words, home=home if words != ["run"] else home.parent, DATABASE_URL=url, **ports())
        assert copy.process.wait(60) == 2, copy.told()
        assert "plainspoken firm apply FILE" in copy.told()
        assert "plainspoken firm password USERNAME" in copy.told()
        assert "Traceback" not in copy.told()


@pytest.mark.processes
def test_what_it_says_to_run_is_enough(empty_home: Home) -> None:
    home = empty_home("home")
    assert "made     person wei" in told("firm", "apply", str(FIRM), home=home)
    told("firm", "password", "wei", home=home, reads=f"{PASSWORD}\n")
    assert told("check", home=home) == "Ready to serve.\n"


@pytest.mark.processes
def test_pages_are_not_served_from_the_tables_of_an_older_release(start: Start, tmp_path: Path) -> None:
    copy = start("serve", home=tmp_path / "home", **ports())
    assert copy.process.wait(60) == 2
    assert "older than this release" in copy.told()


def test_make_run_is_one_command_after_the_installation() -> None:
    checkout = FIRM.parents[1]
    make = ["make", "--no-print-directory", "-n", "run"]
    done = subprocess.run(make, cwd=checkout, capture_output=True, text=True, check=True)
    *_, installs, runs = done.stdout.splitlines()
    assert installs.endswith("tools/install.py")
    assert runs == "exec .venv/bin/plainspoken run --demo --end-with-parent"
