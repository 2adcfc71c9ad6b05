"""Gathers what the screens say from templates and Python, and keeps its Chinese.

    python tools/messages.py                       bring django.po up to date with the sources
    python tools/messages.py --merge words.json    the same, taking Chinese from {msgid: chinese} files
    python tools/messages.py --check               exit 1 and list what is untranslated, stale or mismatched
    python tools/messages.py --compile             write django.mo

English is the msgid, so English has no catalog. Entries carry no file or line: a moved line changes nothing.
"""

import argparse
import io
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "plainspoken"
PO = Path("locale/zh_Hans/LC_MESSAGES/django.po")

# The functions that mark a message, with how many texts they take: one, or singular and plural.
MARKS = {
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "gettext_noop": 1,
    "pgettext": 1,
    "pgettext_lazy": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
    "npgettext": 2,
    "npgettext_lazy": 2,
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr]|\{\w*\}|</?\w+")
LONE_PERCENT = re.compile(r"(?<!%)(?:%%)*%(?![%(sdr])")


def sources(root: Path) -> Iterator[str]:
    """The text of each source as Python; what a template says is turned into calls by Django."""
    for path in sorted(root.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.read_text(encoding="utf-8")
    for path in sorted([*root.rglob("templates/**/*.html"), *root.rglob("templates/**/*.txt")]):
        calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield "\n".join(line.strip() for line in calls.splitlines())


def gather(root: Path) -> Catalog:
    """Every message in the sources under `root`, without Chinese."""
    found = new_catalog()
    marks = dict.fromkeys(MARKS)
    for text in sources(root):
        for _line, function, arguments, _notes in extract_python(io.BytesIO(text.encode()), marks, [], {}):
            add(found, str(function), [arguments] if isinstance(arguments, str) else list(arguments or ()))
    return found


def add(catalog: Catalog, function: str, arguments: list[str]) -> None:
    """Add the message of one call; a call whose words are not literals has none to add."""
    context = arguments.pop(0) if "pgettext" in function else None
    words = [word for word in arguments[: MARKS[function]] if word]
    if len(words) == MARKS[function]:
        catalog.add(words[0] if len(words) == 1 else (words[0], words[1]), context=context)


def new_catalog() -> Catalog:
    catalog = Catalog(
        locale="zh_Hans",
        header_comment="# The Chinese of the screens, kept by tools/messages.py. Terms: docs/glossary.md.",
        project="plainspoken",
        version="1",
        msgid_bugs_address="-",
        last_translator="Plainspoken",
        language_team="Plainspoken",
        fuzzy=False,
    )
    catalog.revision_date = catalog.creation_date
    return catalog


def read(path: Path) -> Catalog:
    """The catalog at `path`; an empty one when there is none yet."""
    if not path.exists():
        return new_catalog()
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def update(catalog: Catalog, found: Catalog) -> None:
    """Bring in what the sources have, keep the Chinese that still fits, drop what nothing says any more."""
    catalog.update(found, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    for message in entries(catalog):
        message.flags.discard("fuzzy")


def merge(catalog: Catalog, words: dict[str, str]) -> list[str]:
    """Put Chinese in place, by msgid or `context|msgid`, and return the keys that no message answers to."""
    unused = set(words)
    for message in entries(catalog):
        for key in (f"{message.context}|{singular(message)}", singular(message)):
            if words.get(key):
                message.string = (words[key],) if message.pluralizable else words[key]
                unused.discard(key)
                break
    return sorted(unused)


def entries(catalog: Catalog) -> list[Message]:
    """The messages without the header, in the order of their words."""
    return sorted((message for message in catalog if message.id), key=name)


def singular(message: Message) -> str:
    return str(message.id[0] if message.pluralizable else message.id)


def name(message: Message) -> str:
    return f"{message.context}|{singular(message)}" if message.context else singular(message)


def chinese(message: Message) -> str:
    """The one Chinese form; a plural message keeps it as a tuple of one."""
    return message.string if isinstance(message.string, str) else "".join(message.string or ())


def mismatched(message: Message) -> bool:
    """Whether placeholders or tags differ, or formatting would trip over a percent sign."""
    english = str(message.id[-1] if message.pluralizable else message.id)
    formatted = "%(" in english or "%%" in english
    return sorted(set(PLACEHOLDER.findall(english))) != sorted(
        set(PLACEHOLDER.findall(chinese(message)))
    ) or (formatted and bool(LONE_PERCENT.search(chinese(message))))


def faults(catalog: Catalog, found: Catalog) -> list[str]:
    """What stands between the catalog and a whole translation, one line each."""
    have = {name(message): message for message in entries(catalog)}
    want = {name(message) for message in entries(found)}
    missing = sorted(key for key in want if key not in have or not chinese(have[key]))
    stale = sorted(have.keys() - want) + sorted(map(str, catalog.obsolete))
    wrong = [key for key in want & have.keys() if chinese(have[key]) and mismatched(have[key])]
    return [
        *(f"untranslated: {key}" for key in missing),
        *(f"stale: {key}" for key in stale),
        *(f"placeholders differ: {key}" for key in sorted(wrong)),
    ]


def save(catalog: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, no_location=True, sort_output=True)


def compile_catalog(path: Path) -> None:
    """Write the `.mo` beside the `.po`, whole or not at all."""
    compiled = path.with_suffix(".mo.part")
    with compiled.open("wb") as file:
        write_mo(file, read(path))
    compiled.replace(path.with_suffix(".mo"))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Gathers what the screens say and keeps its Chinese.")
    parser.add_argument("--root", type=Path, default=SOURCE, help="the package whose words are gathered")
    parser.add_argument("--merge", type=Path, nargs="+", default=[], metavar="FILE")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--compile", action="store_true")
    chosen = parser.parse_args(arguments)
    path = chosen.root / PO
    if chosen.check:
        return report(faults(read(path), gather(chosen.root)))
    if chosen.merge or not chosen.compile:
        bring_up_to_date(chosen.root, path, chosen.merge)
    if chosen.compile:
        compile_catalog(path)
    return 0


def bring_up_to_date(root: Path, path: Path, files: list[Path]) -> None:
    catalog = read(path)
    update(catalog, gather(root))
    for file in files:
        unused = merge(catalog, json.loads(file.read_text(encoding="utf-8")))
        sys.stderr.writelines(f"{file.name}: no message says: {key}\n" for key in unused)
    save(catalog, path)


def report(lines: list[str]) -> int:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
