"""Pictures of every page of the demo firm, in both languages and themes, wide and narrow.

    python tools/screenshots.py                            a fresh demo firm, pictures in build/screenshots
    python tools/screenshots.py --at http://127.0.0.1:8000 the demo firm that runs there
    python tools/screenshots.py case home                  only pages whose names begin so

The desk of the README, docs/images/desk.png, is among them.
"""

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, TimeoutError, ViewportSize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import browser  # noqa: E402

PICTURES = ROOT / "build" / "screenshots"
README_PICTURE = ROOT / "docs" / "images" / "desk.png"
PASSWORD = "haian-demo-2026"  # noqa: S105
READY_SECONDS_MAX = 300
LOOKS = (
    ("zh-hans", "light", browser.DESKTOP),
    ("zh-hans", "dark", browser.DESKTOP),
    ("en", "light", browser.DESKTOP),
    ("en", "dark", browser.DESKTOP),
    ("zh-hans", "light", browser.PHONE),
    ("en", "dark", browser.PHONE),
)


@dataclass(frozen=True, slots=True)
class View:
    """A page as somebody sees it: an address, then links to follow; nobody's name means a stranger.

    `opens` is pressed before the picture is taken: what opens a dialog or unfolds a part.
    """

    name: str
    by: str
    address: str
    follow: tuple[str, ...] = ()
    opens: str = ""


ROW = ".rows .row-link"


def _in_state(*names: str) -> str:
    """Rows that show one of these names."""
    return ", ".join(f"{ROW}:has-text('{name}')" for name in names)


ANSWERED_INSIDE = _in_state("部门已答复", "Department has answered")
VIEWS = (
    View("signin", "", "/sign-in"),
    View("signin-code", "yao", "/sign-in/code"),
    View("help", "", "/help/"),
    View("solved-unknown", "", "/solved/0123456789abcdef/"),
    View("home-agent", "lin", "/"),
    View("home-expert", "yuan", "/"),
    View("home-head", "zhou", "/"),
    View("home-management", "gao", "/"),
    View("inbox", "lin", "/cases/?show=mine"),
    View("inbox-filtered", "lin", "/cases/?show=ours&state=triaged&sort=due"),
    View("inbox-filter", "lin", "/cases/?show=ours", (), ".order > a"),
    View("views", "lin", "/cases/views/"),
    View("commands", "lin", "/commands/"),
    View("inbox-empty", "lin", "/cases/?show=asked"),
    View("many-chosen", "lin", "/cases/?show=ours&all=1"),
    View("many-assign", "lin", "/cases/?show=ours&all=1", (), ".many-form button[hx-post*='assign']"),
    View("many-close", "lin", "/cases/?show=ours&all=1", (), ".many-form button[hx-post*='close']"),
    View("tags", "zhou", "/tags/"),
    View("tags-new", "zhou", "/tags/", (), "[data-key='c']"),
    View("case-merged", "lin", "/cases/?show=ours&tag=urged", (ROW,)),
    View("case-received", "lin", "/cases/?show=waiting", (ROW,)),
    View("case-in-work", "lin", "/cases/?show=mine", (_in_state("办理中", "In work"),)),
    View("case-department-answered", "lin", "/cases/?show=mine", (ANSWERED_INSIDE,)),
    View("case-asked", "yuan", "/cases/?show=asked", (ROW,)),
    View("case-answered", "lin", "/cases/?show=followed", (ROW,)),
    View("case-closed", "lin", "/cases/?show=closed", (ROW,)),
    View("case-english", "tang", "/cases/?show=mine", (ROW,)),
    View("case-inspector", "ren", "/cases/?show=ours", (ROW,)),
    View("case-newcomer", "lu", "/cases/?show=waiting", (ROW,)),
    View("dialog-triage", "lin", "/cases/?show=waiting", (ROW,), "[data-key='y']"),
    View("dialog-hand-over", "lin", "/cases/?show=mine", (ANSWERED_INSIDE,), "[data-key='h']"),
    View("dialog-scripts", "lin", "/cases/?show=waiting", (ROW,), "[data-key='s']"),
    View("dialog-reveal", "lin", "/cases/?show=mine", (ROW,), ".masked a >> visible=true"),
    View("write", "lin", "/conversations/new/"),
    View("held", "lin", "/held/"),
    View("held-message", "lin", "/held/", (ROW,)),
    View("due", "lin", "/due/"),
    View("due-units", "xu", "/due/?show=units"),
    View("tasks", "lin", "/tasks/"),
    View("tasks-units", "xu", "/tasks/?show=units"),
    View("task", "xu", "/tasks/?show=units", (ROW,)),
    View("customers", "lin", "/customers/"),
    View("customer", "lin", "/customers/", ("td a, th a",)),
    View("measures", "zhou", "/measures/"),
    View("measures-records", "zhou", "/measures/", ("td a",)),
    View("ledger", "ren", "/ledger/"),
    View("ledger-entry", "ren", "/ledger/", ("main a[href^='/ledger/0']",)),
    View("bell", "lin", "/bell/"),
    View("search", "lin", "/search/?q=信用卡"),
    View("search-empty", "lin", "/search/?q=zzzz"),
    View("search-filtered", "lin", "/search/?q=年费 -有附件&kind=in"),
    View("search-wrong", "lin", "/search/?q=年费 state:nothing"),
    View("account", "lin", "/account"),
    View("password", "lin", "/account/password"),
    View("second-factor", "lin", "/account/second-factor"),
    View("absence", "lin", "/account/absences"),
    View("not-found", "lin", "/nowhere/"),
    View("rulebook", "zhou", "/rulebook/"),
    View("rulebook-clause", "zhou", "/rulebook/", ("main a[href^='/rulebook/']",)),
    View("administration", "dai", "/administration/"),
    View("administration-units", "dai", "/administration/units/"),
    View("administration-unit", "dai", "/administration/units/", ("tbody a",)),
    View("administration-posts", "dai", "/administration/posts/"),
    View("administration-people", "dai", "/administration/people/"),
    View("administration-person", "dai", "/administration/people/", ("tbody a",)),
    View("administration-roles", "dai", "/administration/roles/"),
    View("administration-role", "dai", "/administration/roles/", ("tbody a",)),
    View("administration-role-sheet", "dai", "/administration/roles/", ("tbody a", ".page-actions a")),
    View("administration-mailbox", "dai", "/administration/mailboxes/", ("tbody a",)),
    View("administration-mailbox-sheet", "dai", "/administration/mailboxes/", ("tbody a", ".page-actions a")),
    View("administration-calendar", "dai", "/administration/calendars/", ("tbody a",)),
    View("administration-calendar-year", "dai", "/administration/calendars/", ("tbody a", "tbody a")),
    View("administration-targets", "dai", "/administration/targets/"),
    View("administration-register", "dai", "/administration/register/?text=信用卡年费怎么收"),
    View("administration-scripts", "xu", "/administration/scripts/"),
    View("administration-script", "xu", "/administration/scripts/", ("tbody a",)),
    View("outbox", "lin", "/demo/outbox/"),
    View("outbox-mail", "lin", "/demo/outbox/", ("main a[href^='/demo/outbox/0']",)),
)
DESK = next(view for view in VIEWS if view.name == "case-department-answered")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Makes pictures of every page of the demo firm.")
    parser.add_argument("--at", default="", help="the address of a demo firm that runs already")
    parser.add_argument("names", nargs="*", help="beginnings of the names of pages; all, when none is given")
    chosen = parser.parse_args(arguments)
    views = [view for view in VIEWS if view.name.startswith(tuple(chosen.names) or "")]
    with _demo(chosen.at) as address, browser.launched() as chromium:
        missed = _photograph(chromium, address, views)
        if DESK in views:
            _show_desk()
    for line in missed:
        print(f"no picture: {line}")
    return 1 if missed else 0


@contextlib.contextmanager
def _demo(address: str) -> Iterator[str]:
    """The address of a demo firm: the given one, else one begun for this and ended afterwards."""
    if address:
        yield address.rstrip("/")
        return
    home, port, smtp_port = tempfile.mkdtemp(prefix="plainspoken-"), _free_port(), _free_port()
    variables = {"PLAINSPOKEN_HOME": home, "PORT": str(port), "SMTP_IN_PORT": str(smtp_port)}
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | variables
    command = [sys.executable, "-m", "plainspoken.cli", "run", "--demo", "--end-with-parent"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(URLError, OSError), urlopen(f"{address}/readyz"):
            return
        time.sleep(0.5)
    raise SystemExit(f"The demo firm did not become ready at {address}.")


def _photograph(chromium: Browser, address: str, views: Sequence[View]) -> list[str]:
    """Every view in every look; the names of those that could not be reached."""
    signed_in = {by: _sign_in(chromium, address, by) for by in {view.by for view in views}}
    missed = []
    for language, theme, width in LOOKS:
        folder = PICTURES / f"{language}-{theme}-{width['width']}"
        folder.mkdir(parents=True, exist_ok=True)
        for by in sorted(signed_in):
            context = _context(chromium, address, signed_in[by], language, theme, width)
            for view in (one for one in views if one.by == by):
                missed += _take(context, address, view, folder)
            context.close()
    return missed


def _context(
    chromium: Browser, address: str, state: StorageState, language: str, theme: str, width: ViewportSize
) -> BrowserContext:
    context = chromium.new_context(
        storage_state=state,
        viewport=width,
        timezone_id="Asia/Shanghai",
        locale="zh-CN" if language == "zh-hans" else "en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(4_000)
    chosen = {"django_language": language, "theme": theme}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in chosen.items()])
    return context


def _sign_in(chromium: Browser, address: str, by: str) -> StorageState:
    context = chromium.new_context()
    if by:
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.locator("input[type=text]").fill(by)
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").click()
    state = context.storage_state()
    context.close()
    return state


def _take(context: BrowserContext, address: str, view: View, folder: Path) -> list[str]:
    page = context.new_page()
    try:
        _reach(page, address, view)
        page.screenshot(path=folder / f"{view.name}.png")
    except TimeoutError as error:
        return [f"{folder.name}/{view.name}: {str(error).splitlines()[0]}"]
    finally:
        page.close()
    return []


def _reach(page: Page, address: str, view: View) -> None:
    page.goto(address + view.address)
    for selector in view.follow:
        link = page.locator(selector).first
        page.goto(address + str(link.get_attribute("href")))
    if view.opens:
        page.locator(view.opens).first.click()
        page.locator("dialog[open] h2").wait_for()
    else:
        _unroll(page)


def _unroll(page: Page) -> None:
    """As tall a window as the page is long: what sticks to its edges then stands where it belongs."""
    height = page.evaluate("document.documentElement.scrollHeight")
    if page.viewport_size and height > page.viewport_size["height"]:
        page.set_viewport_size({"width": page.viewport_size["width"], "height": height})


def _show_desk() -> None:
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PICTURES / "zh-hans-light-1440" / f"{DESK.name}.png", README_PICTURE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
