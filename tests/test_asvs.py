"""The table of docs/asvs.md: every requirement of ASVS 5.0 up to level 2 once, every test it names there."""

import re
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parent
TABLE = TESTS.parent / "docs" / "asvs.md"
# The numbers alone, of levels 1 and 2, as OWASP published them in version 5.0.0.
NUMBERS = (TESTS / "snapshots" / "asvs_5_level_2.txt").read_text().split()
NUMBER = re.compile(r"\d+(?:\.\d+)*")


def named() -> list[str]:
    """The numbers of the rows, and the chapters, sections and requirements that do not apply."""
    text = TABLE.read_text(encoding="utf-8")
    apart = re.findall(r"\*\*([\d.]+)\*\*", text.partition("## 1 ")[0])
    rows = [line.split("|")[1].split() for line in text.splitlines() if re.match(r"\| \d", line)]
    return apart + [number for row in rows for number in row]


def test_every_requirement_stands_there_once() -> None:
    found = Counter(number for number in NUMBERS for one in named() if f"{number}.".startswith(f"{one}."))
    assert {number: found[number] for number in NUMBERS if found[number] != 1} == {}
    assert [one for one in named() if not any(f"{number}.".startswith(f"{one}.") for number in NUMBERS)] == []


def test_every_test_it_names_is_there() -> None:
    there = set[str]()
    for path in TESTS.rglob("test_*.py"):
        there |= set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    wanted = set(re.findall(r"`(test_\w+)`", TABLE.read_text(encoding="utf-8")))
    assert sorted(wanted - there) == []
