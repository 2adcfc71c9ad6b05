"""A data folder of an older release: the new one brings its tables up to date, serves it, and everything still holds.

`tools/release_data.py` makes the data anew at each release; what is here is of the release before the last migrations.
"""

import subprocess
from pathlib import Path

import pytest

from config.conftest import holds, told
from config.copies import Start, free_port
from plainspoken.config import embedded
from plainspoken.config.backup import DUMP

RELEASE = Path(__file__).parent / "release"
MAILS = 12


@pytest.fixture
def old_home(tmp_path: Path) -> Path:
    """What the older release left: its tables, its data, its keys."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "secrets.toml").touch(mode=0o600)
    (home / "secrets.toml").write_bytes((RELEASE / "keys.toml").read_bytes())
    told("restore", str(RELEASE), home=home)
    return home


@pytest.mark.processes
def test_a_data_folder_of_an_older_release_is_upgraded_and_served(start: Start, old_home: Path) -> None:
    copy = start("run", home=old_home, PORT=str(free_port()), SMTP_IN_PORT=str(free_port()))
    copy.wait_for("is ready")
    found = holds(old_home)
    assert sum(found["mails"].values()) == found["mails"]["received"] == MAILS
    assert found["counted"] > 0
    shown = [page for page, status in found["pages"].items() if status == 200]
    assert {page.split()[0] for page in shown} == {page.split()[0] for page in found["pages"]}
    assert any("/cases/" in page for page in shown)
    assert not [page for page, status in found["pages"].items() if status >= 500]


def test_every_migration_the_data_have_seen_is_still_here() -> None:
    """One that was renamed or rewritten would be applied a second time."""
    words = ["pg_restore", "--data-only", "--table=django_migrations", "--file=-", str(RELEASE / DUMP)]
    words[0] = str(embedded.programs() / words[0])
    tables = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    applied = {tuple(line.split("\t")[1:3]) for line in tables.splitlines() if line[:1].isdigit()}
    source = Path(embedded.__file__).parents[1]
    here = {(path.parts[-3], path.stem) for path in source.glob("*/migrations/0*.py")}
    ours = {one for one in applied if one[0] in {app for app, _ in here}}
    assert ours
    assert ours <= here
