"""The tests of this build, by the duty they prove: `make test` with PLAINSPOKEN_SNAPSHOTS=write keeps them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent.parent
FILE = Path(__file__).parent / "tests.json"
COUNTED = (".py", ".html", ".toml", ".csv")


@dataclass(frozen=True, slots=True)
class Proof:
    name: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Proofs:
    """`this_build`: the tests ran on exactly the sources that run now."""

    at: datetime | None
    this_build: bool
    duties: dict[str, tuple[Proof, ...]]

    def of(self, duty: str) -> tuple[Proof, ...]:
        return self.duties.get(duty, ())

    def proves(self, duty: str) -> bool:
        """Every test of the duty passed, and there is one, and they ran on this build."""
        tests = self.of(duty)
        return self.this_build and bool(tests) and all(test.passed for test in tests)


@cache
def tested() -> Proofs:
    """What the build's file says; nothing tested when there is none."""
    if not FILE.exists():
        return Proofs(None, False, {})
    said: dict[str, Any] = json.loads(FILE.read_text())
    duties = {
        duty: tuple(Proof(name, outcome == "passed") for name, outcome in sorted(tests.items()))
        for duty, tests in said["duties"].items()
    }
    return Proofs(datetime.fromisoformat(said["at"]), said["sources"] == sources(), duties)


def write(at: datetime, duties: dict[str, dict[str, str]]) -> None:
    """Keep the outcomes, {duty: {test: outcome}}, with the digest of the sources they were found on."""
    said = {"at": at.isoformat(timespec="seconds"), "sources": sources(), "duties": duties}
    FILE.write_text(json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def sources() -> str:
    """A digest of everything this package is made of, its built files and this record left out."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in COUNTED and "static" not in path.relative_to(PACKAGE).parts:
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
