import pytest

import world
from plainspoken import cli


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
