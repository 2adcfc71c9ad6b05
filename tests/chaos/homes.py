"""The home of a storm: a small demo firm where clocks are changed twice a year, on a disk of its own."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from plainspoken import demo
from plainspoken.kernel import clock

CHECKOUT = Path(__file__).resolve().parents[2]
BUILD = CHECKOUT / "build" / "chaos"
DISK_BYTES = 700 * 1024 * 1024
FOUNDED = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
INSIDE = "PLAINSPOKEN_CHAOS_INSIDE"
IMAP_SECRET = "chaos"


def own_mounts(module: str) -> None:
    """Go on in a mount namespace of this process's own, where a disk can be mounted that ends with it.

    Where the machine allows none, go on without: then no disk is filled.
    """
    if INSIDE in os.environ:
        return
    flags = ["--mount"] if os.geteuid() == 0 else ["--mount", "--user", "--map-root-user"]
    allowed = (
        shutil.which("unshare") and not subprocess.run(["unshare", *flags, "true"], check=False).returncode
    )
    os.environ[INSIDE] = "1" if allowed else ""
    command = [sys.executable, "-m", module, *sys.argv[1:]]
    os.execvp("unshare" if allowed else command[0], ["unshare", *flags, *command] if allowed else command)


def disk(folder: Path) -> bool:
    """Put a small disk at the folder; False where that is not allowed."""
    folder.mkdir(parents=True)
    if not os.environ.get(INSIDE):
        return False
    options = f"size={DISK_BYTES},mode=700"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def no_disk(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


def filled(home: Path) -> None:
    """A copy of the home prepared once, with the owners of its files."""
    subprocess.run(["cp", "-a", str(_prepared()), str(home)], check=True)


def variables(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process of this home; its clock follows that of the storm."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PORT", "HOST"}}
    return {
        **kept,
        "PLAINSPOKEN_HOME": str(home),
        "PLAINSPOKEN_DEMO": "1",
        "PLAINSPOKEN_TEST_CLOCK": "1",
        f"PLAINSPOKEN_SECRET_MAILBOX_{IMAP_SECRET.upper()}": "an authorization code",
        "DJANGO_SETTINGS_MODULE": "plainspoken.config.settings",
        "LOG_LEVEL": "WARNING",
        **more,
    }


def _prepared() -> Path:
    """Made again when a migration or the firm's file is another."""
    text = _firm()
    migrations = sorted(path.read_bytes() for path in (CHECKOUT / "src").rglob("migrations/0*.py"))
    key = hashlib.sha256(b"\0".join([text.encode(), *migrations])).hexdigest()[:16]
    home = BUILD / f"prepared-{key}"
    if not home.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            _prepare(Path(folder), text)
            _moved(Path(folder) / "home", home)
    return home


def _moved(made: Path, home: Path) -> None:
    """Another run may have made it in the meantime."""
    try:
        made.rename(home)
    except OSError:
        if not home.exists():
            raise


def _prepare(folder: Path, text: str) -> None:
    home, file = folder / "home", folder / "firm.toml"
    home.mkdir(mode=0o700)
    file.write_text(text, encoding="utf-8")
    clock.set_shared(home / "test-clock", FOUNDED)
    for words in (["migrate"], ["firm", "apply", str(file)]):
        command = [sys.executable, "-m", "plainspoken.cli", *words]
        done = subprocess.run(command, env=variables(home), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def _firm() -> str:
    """The demo firm moved to Berlin."""
    text = (demo.HERE / "firm.toml").read_text(encoding="utf-8").replace("Asia/Shanghai", "Europe/Berlin")
    return re.sub(r"valid_to = \d{4}", "valid_to = 2035", text)
