"""Starting real copies of Plainspoken, each in a home of its own, none left running."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.copies import Console, Copy, Start, wait_until, without_database

FIRM = Path(__file__).resolve().parents[2] / "docs" / "firm.example.toml"
Home = Callable[[str], Path]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """start("run", home=…, PORT=…) runs `plainspoken run` with these variables; all is killed in the end."""
    copies: list[Copy] = []

    def started(*words: str, home: Path, **variables: str) -> Copy:
        environment = {**without_database(), "PLAINSPOKEN_HOME": str(home), **variables}
        output = tmp_path / f"output-{len(copies)}"
        with output.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "plainspoken.cli", *words],
                env=environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                text=True,
            )
        copies.append(Copy(home, environment, process, output))
        return copies[-1]

    yield started
    for copy in copies:
        copy.process.kill()
        copy.process.wait()
    for copy in copies:
        wait_until(copy.all_ended, f"{copy.home} is left")


@pytest.fixture
def console() -> Iterator[Callable[..., Console]]:
    """console("run", home=…) is a person at a terminal who starts `plainspoken run`."""
    opened: list[Console] = []

    def started(*words: str, home: Path, **variables: str) -> Console:
        opened.append(Console(*words, home=home, **variables))
        return opened[-1]

    yield started
    for one in opened:
        one.close()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database has its tables and no firm, made once; tests take copies."""
    home = tmp_path_factory.mktemp("empty") / "home"
    told("migrate", home=home)
    return home


@pytest.fixture(scope="session")
def founded(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the firm of docs/firm.example.toml, made once; tests take copies."""
    home = tmp_path_factory.mktemp("founded") / "home"
    _copy(empty, home)
    told("firm", "apply", str(FIRM), home=home)
    return home


@pytest.fixture
def firm_home(founded: Path, tmp_path: Path) -> Home:
    """firm_home("first") is a home of that name with a firm in it."""
    return lambda name="home": _copy(founded, tmp_path / name)


@pytest.fixture
def empty_home(empty: Path, tmp_path: Path) -> Home:
    """empty_home("first") is a home of that name whose database has no firm yet."""
    return lambda name="home": _copy(empty, tmp_path / name)


def told(*words: str, home: Path, reads: str = "") -> str:
    """What a command that succeeds says, with this on its standard input."""
    environment = {**without_database(), "PLAINSPOKEN_HOME": str(home)}
    command = [sys.executable, "-m", "plainspoken.cli", *words]
    done = subprocess.run(command, env=environment, input=reads, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def holds(home: Path) -> dict[str, Any]:
    """What `invariants.py` finds in a home, of which the ledger, the roll-ups and the contents must be whole."""
    environment = {**without_database(), "PLAINSPOKEN_HOME": str(home)}
    script = Path(__file__).with_name("invariants.py")
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert not found["ledger"], found["ledger"]
    assert not found["rolled_up_wrong"]
    assert (found["blobs_lost"], found["without_case"]) == (0, 0)
    return found


def _copy(home: Path, other: Path) -> Path:
    """With the owners of its files, which `shutil` would lose."""
    subprocess.run(["cp", "-a", str(home), str(other)], check=True)
    return other
