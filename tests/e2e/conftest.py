"""A real browser before a real server: the machine's Chromium, else the one packaged in node_modules."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"
PACKAGED = BUILD / "chromium"
FONTS = HERE / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
WEIGHTS = ("400Regular", "700Bold")
WINDOW: ViewportSize = {"width": 1280, "height": 800}
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

# Playwright keeps an event loop in this thread, which is no reason to keep the ORM out of it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh visitor who reads Chinese; the test fails on an error in the page's console."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 800}
    )
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    yield opened
    context.close()
    assert not problems, problems


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
