"""Exporting the ledger from the command line: what the file holds, what is refused, and that the ledger says so."""

import argparse
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from plainspoken.config.commands import export_ledger
from plainspoken.config.errors import CannotStart
from plainspoken.desk import actions
from plainspoken.kernel import clock, drain, ledger, verify_ledger
from plainspoken.kernel.actor import system
from plainspoken.kernel.ledger import Draft
from plainspoken.kernel.models import Entry
from plainspoken.organization.models import Firm

WRITER = system("tests.writer")


def run(file: Path, *words: str) -> int:
    parser = argparse.ArgumentParser()
    export_ledger.arguments(parser)
    return export_ledger.run(parser.parse_args([str(file), *words]))


@pytest.fixture
def three_days(firm: Firm) -> date:
    """An entry on each of three days at ten past midnight in Shanghai; the day in the middle."""
    middle = clock.now() + timedelta(days=30)
    middle = middle.replace(hour=16, minute=10)
    for days in (-1, 0, 1):
        with clock.moved(middle + timedelta(days=days)):
            draft = Draft("tests.note", firm, WRITER)
            draft.record({"text": "客户说"})
            ledger.write([draft])
            drain.run_until_empty("sealing")
    return (middle + timedelta(days=1)).date()


def bodies(file: Path) -> list[dict[str, object]]:
    lines = zipfile.ZipFile(file).read(verify_ledger.LEDGER).splitlines()
    return [json.loads(line["body"]) for line in map(json.loads, lines) if "body" in line]


def test_all_of_it_is_exported_and_the_ledger_says_so(
    three_days: date, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "all.zip") == 0
    assert "without texts and personal values" in capsys.readouterr().out
    assert verify_ledger.main([str(tmp_path / "all.zip")]) == verify_ledger.HOLDS
    entry = Entry.objects.get(code="ledger.export")
    assert (entry.actor_id, entry.refusal) == (actions.EXPORTER.id, "")
    facts = ledger.facts(bytes(entry.body))
    assert (facts["first"], facts["last"], facts["openings"]) == (1, facts["size"], False)
    assert len(bodies(tmp_path / "all.zip")) == facts["size"]


def test_days_are_those_of_the_firm(three_days: date, tmp_path: Path) -> None:
    file = tmp_path / "day.zip"
    assert run(file, "--from", str(three_days), "--to", str(three_days), "--with-openings") == 0
    assert [body["code"] for body in bodies(file)] == ["tests.note"]
    assert "客户说" in zipfile.ZipFile(file).read(verify_ledger.LEDGER).decode()
    assert verify_ledger.main([str(file)]) == verify_ledger.HOLDS


def test_what_is_not_there_is_not_exported(
    three_days: date, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "none.zip", "--to", "2001-01-01") == 1
    assert "no sealed entry" in capsys.readouterr().err
    assert not (tmp_path / "none.zip").exists()
    assert Entry.objects.get(code="ledger.export").refusal == "nothing_sealed"


def test_a_file_that_is_there_and_a_day_that_is_none_are_refused(three_days: date, tmp_path: Path) -> None:
    (tmp_path / "there.zip").touch()
    with pytest.raises(CannotStart, match="is there already"):
        run(tmp_path / "there.zip")
    with pytest.raises(CannotStart, match="was not written"):
        run(tmp_path / "no folder" / "x.zip")
    with pytest.raises(SystemExit):
        run(tmp_path / "day.zip", "--from", "yesterday")
