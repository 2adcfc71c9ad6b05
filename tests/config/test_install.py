"""`tools/install.py` says what a machine lacks before it does anything."""

import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "tools" / "install.py"


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program, for a checkout in which nothing is installed yet."""
    spec = importlib.util.spec_from_file_location("install", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "BUILD", tmp_path / "build")
    monkeypatch.setattr(module, "STAMPS", tmp_path / "build" / "stamps")
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "VENV_PYTHON", tmp_path / ".venv" / "bin" / "python")
    return module


def test_a_missing_venv_module_is_said_with_what_to_do(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = importlib.util.find_spec

    def without_ensurepip(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "ensurepip" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without_ensurepip)
    assert install.main([]) == 1
    told = capsys.readouterr().err
    assert "lacks the module venv" in told
    assert f"apt install python3.{sys.version_info.minor}-venv" in told
    assert not install.VENV.exists()


def test_a_full_disk_is_said_before_the_first_step(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install.shutil, "disk_usage", lambda folder: Usage(10, 7, 3 * 2**20))
    assert install.main([]) == 1
    assert "Only 3 MB are free" in capsys.readouterr().err
    assert not install.VENV.exists()


def test_an_old_python_is_said(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "PYTHON_MIN", (99, 0))
    assert install.main([]) == 1
    assert "Python 3.11 or later is needed" in capsys.readouterr().err


def test_a_checkout_that_cannot_be_written_is_said(
    install: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "build").write_text("a file where the folder should be")
    assert install.main([]) == 1
    assert "cannot be written to" in capsys.readouterr().err


def test_a_step_is_done_again_only_when_what_it_depends_on_changes(
    install: ModuleType, tmp_path: Path
) -> None:
    install.check_place()
    source = tmp_path / "source"
    source.write_text("one")
    done: list[str] = []

    def work() -> None:
        done.append(source.read_text())

    for text in ("one", "one", "two", "two"):
        source.write_text(text)
        install.step("name", "Working", [source], work)
    assert done == ["one", "two"]


def test_a_step_that_fails_is_done_again(install: ModuleType, tmp_path: Path) -> None:
    install.check_place()
    done: list[int] = []

    def work() -> None:
        done.append(1)
        if len(done) == 1:
            raise install.CannotInstall("the first time")

    with pytest.raises(install.CannotInstall):
        install.step("name", "Working", [], work)
    install.step("name", "Working", [], work)
    assert len(done) == 2


def test_locks_pin_by_digest_and_name_no_address() -> None:
    for lock in (SOURCE.parent.parent / "requirements").glob("*.lock"):
        text = lock.read_text()
        assert "--hash=sha256:" in text, lock
        assert "://" not in text, lock
        assert "index-url" not in text.replace("--no-emit-index-url", ""), lock
