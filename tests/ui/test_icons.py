"""What templates and menus ask of the icon sprite is in it."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = set((ROOT / "frontend" / "icons.txt").read_text().split())
IN_TEMPLATES = re.compile(r"""\{% icon ["']([\w-]+)["']|icon=["']([\w-]+)["']""")
IN_MENUS = re.compile(r'icon="([\w-]+)"')


def _used() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in (ROOT / "src" / "plainspoken").rglob("*.html"):
        found |= {name: str(path) for pair in IN_TEMPLATES.findall(path.read_text()) for name in pair if name}
    for path in (ROOT / "src" / "plainspoken").rglob("menu.py"):
        found |= {name: str(path) for name in IN_MENUS.findall(path.read_text())}
    return found


def test_every_icon_is_named_in_the_list() -> None:
    unknown = {name: path for name, path in _used().items() if name not in NAMED}
    assert not unknown, f"add these to frontend/icons.txt: {unknown}"


def test_the_list_is_sorted_and_names_nothing_twice() -> None:
    lines = (ROOT / "frontend" / "icons.txt").read_text().splitlines()
    assert lines == sorted(set(lines))
