import io

import pytest

import signing_in
import world
from plainspoken import cli
from plainspoken.demo import factor
from plainspoken.kernel import clock
from plainspoken.organization import totp
from plainspoken.organization.models import SecondFactor


def test_a_file_is_applied_and_told(firm, tmp_path, capsys):
    file = tmp_path / "more.toml"
    file.write_text('[[people]]\nusername = "wu"\nname_zh = "吴昊"\nname_en = "Wu Hao"\n', encoding="utf-8")
    assert cli.main(["firm", "apply", str(file)]) == 0
    assert capsys.readouterr().out == "made     person wu\n1 made, 0 changed.\n"
    assert world.person("wu").name_zh == "吴昊"


def test_troubles_are_listed(firm, tmp_path, capsys):
    file = tmp_path / "bad.toml"
    file.write_text("[rooms]\n[[people]]\n", encoding="utf-8")
    assert cli.main(["firm", "apply", str(file)]) == 1
    told = capsys.readouterr().err
    assert "was not applied" in told
    assert "rooms: there is no such section" in told
    assert "people[0]: username is missing" in told


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read(firm, tmp_path, capsys, content):
    file = tmp_path / "gone.toml"
    if content:
        file.write_bytes(content)
    assert cli.main(["firm", "apply", str(file)]) == 1
    assert "cannot be read" in capsys.readouterr().err


def reading(monkeypatch, text):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_password_is_read_from_standard_input(firm, monkeypatch):
    reading(monkeypatch, "eleven boats come home\nand no more\n")
    assert cli.main(["firm", "password", "li"]) == 0
    assert world.person("li").check_password("eleven boats come home")
    entry = world.entries("organization.person.set_password")[-1]
    assert (entry.actor_kind, entry.subject_id) == ("system", world.person("li").pk)


@pytest.mark.parametrize(
    ("username", "given", "says"),
    [
        ("nobody", "eleven boats come home\n", "nobody has the username nobody"),
        ("li", "", "no password was given"),
        ("li", "\n", "no password was given"),
        ("li", "short\n", "too short"),
    ],
)
def test_a_password_that_is_not_set(firm, monkeypatch, capsys, username, given, says):
    monkeypatch.setenv("LC_ALL", "C")
    reading(monkeypatch, given)
    before = world.person("li").password
    assert cli.main(["firm", "password", username]) == 1
    assert says in capsys.readouterr().err
    assert world.person("li").password == before


def test_a_lost_second_factor_is_taken_away(firm):
    signing_in.with_factor("li")
    assert cli.main(["firm", "second-factor", "li"]) == 0
    assert not SecondFactor.objects.exists()
    (entry,) = world.entries("organization.second_factor.take_away")
    assert (entry.actor_kind, entry.subject_id) == ("system", world.person("li").pk)


@pytest.mark.parametrize(
    ("username", "says"),
    [("nobody", "nobody has the username nobody"), ("li", "This person has no second factor.")],
)
def test_a_second_factor_that_is_not_there(firm, monkeypatch, capsys, username, says):
    monkeypatch.setenv("LC_ALL", "C")
    assert cli.main(["firm", "second-factor", username]) == 1
    assert says in capsys.readouterr().err


def test_the_demo_tells_its_code(firm, capsys):
    assert cli.main(["code"]) == 0
    told = capsys.readouterr().out.strip()
    steps = (totp.step_at(clock.now()) - before for before in (0, 1))
    assert told in {totp.code(factor.SECRET, step) for step in steps}
