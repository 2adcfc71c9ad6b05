"""The one Chromium of tests and screenshots: the machine's own, else the one packaged in node_modules."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
PACKAGED = BUILD / "chromium"
PACKAGES = ROOT / "tests" / "e2e" / "node_modules"
FONTS = PACKAGES / "@expo-google-fonts" / "noto-sans-sc"
WEIGHTS = ("400Regular", "700Bold")
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium with the same fonts everywhere; PLAINSPOKEN_BROWSER=packaged passes over the machine's own."""
    program, libraries = _program()
    home = BUILD / "browser-home"
    home.mkdir(parents=True, exist_ok=True)
    environment = {
        "HOME": str(home),
        "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
        "PATH": os.environ.get("PATH", os.defpath),
        "FONTCONFIG_FILE": str(_font_configuration(home)),
        "LD_LIBRARY_PATH": libraries,
    }
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(FLAGS), env=environment)
        yield chromium
        chromium.close()


def _program() -> tuple[str, str]:
    """The browser to run and the folder of libraries it needs."""
    installed = shutil.which("chromium", path=f"/usr/bin{os.pathsep}{os.environ.get('PATH', '')}")
    if installed and os.environ.get("PLAINSPOKEN_BROWSER") != "packaged":
        return installed, ""
    if not (PACKAGED / "chromium").exists():
        raise RuntimeError("There is no browser: `make develop` unpacks one where Chromium is not installed.")
    return str(PACKAGED / "chromium"), str(PACKAGED / "al2023" / "lib")


def _font_configuration(home: Path) -> Path:
    """Noto Sans SC for every text: without a font of its own a bare machine shows Chinese as blanks."""
    folders = "".join(f"<dir>{FONTS / weight}</dir>" for weight in WEIGHTS)
    aliases = "".join(
        f"<alias><family>{family}</family><prefer><family>Noto Sans SC</family></prefer></alias>"
        for family in ("sans-serif", "serif", "monospace", "system-ui")
    )
    path = home / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig>{folders}<cachedir>{home / 'font-cache'}</cachedir>{aliases}</fontconfig>"
    )
    return path
