"""What can be wrong with a page as it stands in the browser: for assistive technology, in its words, in its width."""

import re
from functools import cache
from typing import Any

from playwright.sync_api import Page

from browser import PACKAGES, PHONE

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Text of customers, scripts with what is to be filled in, codes, keys, and names in their own language.
NOT_OURS = (
    ".message-text, .quoted-text, .said, .words, textarea, code, kbd, pre, script, .script, [lang]:not(html)"
)
TEXTS = """([notOurs, html]) => {
  const page = html ? new DOMParser().parseFromString(html, "text/html") : document;
  const texts = new Set([page.title]);
  const look = (text, element) => !element.closest(notOurs) && text.trim() && texts.add(text.trim());
  const nodes = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) look(nodes.currentNode.data, nodes.currentNode.parentElement);
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const element of page.querySelectorAll(`[${name}]`)) look(element.getAttribute(name), element);
  return [...texts];
}"""

# Addresses, numbers, what has no Chinese name, and what the tests' firm calls its scripts, types and lines.
LATIN = re.compile(
    r"[\w.*+-]+@[\w.-]+|\bQ-\d{4}-\d+|\b(DEMO|HTML|CSV|PDF|IP|IMAP|[SL]MTP|Authentication-Results|(?:START)?TLS|UTF-8|SHA-?256|Ed25519|English|JSON|OpenAPI|Ctrl|UTC|[KMG]B)\b"
    r"|card|wealth|fee|product|told|waived|^(li|zhao|sun|admin) · \d"
)
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
LEFT_OPEN = re.compile(r"\{\{|\}\}|%\(|\bNone\b|\bFalse\b")


@cache
def _axe() -> str:
    return (PACKAGES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page, *rules: str) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA, by the named rules or by all."""
    if page.evaluate("!window.axe"):
        page.evaluate(_axe())
    run = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": STANDARDS}
    options: dict[str, Any] = {"runOnly": run, "resultTypes": ["violations"], "iframes": False}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"][:3]]


def barriers_in_every_look(page: Page) -> list[str]:
    """Wide and light as it stands, then its colours in the dark, then narrow in the dark; the page stays so."""
    found = [f"wide {one}" for one in barriers(page)]
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    found += [f"dark {one}" for one in barriers(page, "color-contrast")]
    page.set_viewport_size(PHONE)
    found += [f"narrow dark {one}" for one in barriers(page)]
    return found + (["narrow: it scrolls sideways"] if _too_wide(page) else [])


def untranslated(page: Page) -> list[str]:
    """Latin words on a page in Chinese that are nobody's name, address or number."""
    return [text for text in _texts(page) if LATIN_WORD.search(LATIN.sub("", text))]


def left_open(page: Page, html: str = "") -> list[str]:
    """What a template or a translation forgot to fill in, on the page as it stands or in the HTML of another."""
    return [text for text in _texts(page, html) if LEFT_OPEN.search(text)]


def _texts(page: Page, html: str = "") -> list[str]:
    texts: list[str] = page.evaluate(TEXTS, [NOT_OURS, html])
    return texts


def _too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
