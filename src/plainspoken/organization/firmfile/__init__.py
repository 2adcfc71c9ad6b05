"""The firm file: units, posts, people and what upper slices add, applied through actions, repeatably.

A slice registers what it reads from the file in its own `firmfile.py`. What the file does not name is left as
it is; applying a file twice changes nothing. All of it is applied or, with every trouble named, none.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.db import DataError, IntegrityError, transaction
from django.db.models import Model
from django.utils import translation

from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.errors import Refusal
from plainspoken.organization.firmfile.reading import Row, Trouble, Unreadable, row

__all__ = ["File", "FirmFileRefused", "Report", "Row", "Trouble", "actor", "apply", "apply_text", "section"]

FILE_BYTES_MAX = 8 * 1024 * 1024
NAMED_MAX = 20
R = TypeVar("R", bound=Row)
M = TypeVar("M", bound=Model)
Apply = Callable[[list[Any], "File"], None]


@dataclass(frozen=True, slots=True)
class Section:
    """`single`: one table, not a list. `declares`: it makes rows of this model, each named by its `key`."""

    name: str
    kind: type[Row]
    order: int
    may: tuple[str, ...]
    single: bool
    declares: type[Model] | None
    key: str
    apply: Apply


class FirmFileRefused(Exception):
    """Nothing was applied; `troubles` names everything found."""

    def __init__(self, troubles: Iterable[Trouble]) -> None:
        self.troubles = tuple(troubles)
        super().__init__("\n".join(map(str, self.troubles)))


class Passed(Exception):
    """The row at hand cannot be applied, and why is noted already."""


@dataclass(slots=True)
class Report:
    """What an application came to: names of things, such as `unit customer-service`."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"made     {name}" for name in self.made] + [f"changed  {name}" for name in self.changed]
        return "\n".join([*lines, f"{len(self.made)} made, {len(self.changed)} changed."])


sections: dict[str, Section] = {}


def section(
    name: str,
    kind: type[R],
    *,
    order: int,
    may: Iterable[str],
    single: bool = False,
    declares: type[Model] | None = None,
    key: str = "code",
) -> Callable[[Callable[[list[R], "File"], None]], Callable[[list[R], "File"], None]]:
    """Register `f(rows, file)` for the tables `[[name]]`; lower orders go first, upper slices from 100 on.

    `may` are the permissions of the actions it calls. The organization's own are in this folder.
    """

    def decorate(apply: Callable[[list[R], File], None]) -> Callable[[list[R], File], None]:
        assert name not in sections, f"two sections of the firm file are called {name}"
        sections[name] = Section(name, kind, order, tuple(may), single, declares, key, apply)
        return apply

    return decorate


def actor() -> Actor:
    """Who applies a firm file from the command line: allowed what the sections need and no more."""
    return system("organization.firm_file", *(code for one in sections.values() for code in one.may))


def apply(path: Path, *, by: Actor) -> Report:
    """Apply a file. Raises FirmFileRefused, OSError."""
    if path.stat().st_size > FILE_BYTES_MAX:
        raise FirmFileRefused([Trouble("", f"{path} has more than {FILE_BYTES_MAX} bytes")])
    return apply_text(path.read_text(encoding="utf-8"), by=by)


def apply_text(text: str, *, by: Actor) -> Report:
    """Apply the text of a firm file. Raises FirmFileRefused."""
    rows = _read(text)
    file = File(by, rows)
    with translation.override("en"), transaction.atomic():
        for name in sorted(rows, key=lambda name: sections[name].order):
            sections[name].apply(rows[name], file)
        assert file.troubles or not file.passed, f"given up without a word: {file.passed}"
        if file.troubles:
            raise FirmFileRefused(file.troubles)
    return file.report


class File:
    """A firm file while it is applied: sections find, compare, write and note troubles through it."""

    def __init__(self, by: Actor, rows: dict[str, list[Any]]) -> None:
        self.by = by
        self.report = Report()
        self.troubles: list[Trouble] = []
        self.passed: list[str] = []
        self.since: date | None = None
        self._declared = {
            (one.declares, getattr(given, one.key))
            for one in sections.values()
            if one.declares
            for given in rows.get(one.name, ())
        }

    def trouble(self, path: str, words: str) -> Passed:
        """Note what is wrong; raise the answer to give up the row at hand."""
        self.troubles.append(Trouble(path, words))
        return Passed()

    @contextmanager
    def trying(self, row: Row) -> Iterator[None]:
        """Inside the block, a refusal is noted as a trouble of the row and the next row goes on."""
        try:
            yield
        except Passed:
            self.passed.append(row.path)
        except Refusal as refusal:
            self.trouble(row.path, str(refusal.message))
        except (DataError, IntegrityError) as error:
            self.trouble(row.path, f"the database refuses this: {str(error).splitlines()[0]}")

    def find(self, model: type[M], name: str, path: str, *, key: str = "code") -> M:
        """The row of that name, or the trouble that there is none. Raises Passed."""
        found = model._default_manager.filter(**{key: name}).first()
        if found:
            return found
        if (model, name) in self._declared:
            raise Passed
        defined = {*model._default_manager.values_list(key, flat=True)}
        defined |= {other for kind, other in self._declared if kind is model}
        named = sorted(defined)[:NAMED_MAX]
        rest = f" and {len(defined) - NAMED_MAX} more" if len(defined) > NAMED_MAX else ""
        raise self.trouble(
            path, f'no {model._meta.verbose_name} "{name}"; defined are {", ".join(named) or "none"}{rest}'
        )

    def put(self, standing: M | None, values: dict[str, Any], write: Callable[[], M], name: str) -> M:
        """The standing row if it has these values already; else what `write` makes of it, noted as `name`."""
        if standing and self.same(standing, values):
            return standing
        written = write()
        self.note(name, made=standing is None)
        return written

    def same(self, standing: Model, values: dict[str, Any]) -> bool:
        return all(getattr(standing, name) == value for name, value in values.items())

    def note(self, name: str, *, made: bool = True) -> None:
        (self.report.made if made else self.report.changed).append(name)


def _read(text: str) -> dict[str, list[Any]]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FirmFileRefused([Trouble("", f"this is not TOML: {error}")]) from None
    troubles: list[Trouble] = []
    rows: dict[str, list[Any]] = {}
    for name, content in tables.items():
        if name not in sections:
            troubles.append(
                Trouble(name, f"there is no such section; known are {', '.join(sorted(sections))}")
            )
            continue
        rows[name] = _rows(sections[name], content, troubles)
    if troubles:
        raise FirmFileRefused(troubles)
    return rows


def _rows(one: Section, content: Any, troubles: list[Trouble]) -> list[Any]:
    if isinstance(content, dict) != one.single or not isinstance(content, dict | list):
        wanted = f"one table, [{one.name}]" if one.single else f"a list of tables, [[{one.name}]]"
        troubles.append(Trouble(one.name, f"must be {wanted}"))
        return []
    read: list[Any] = []
    tables = (
        [(one.name, content)] if one.single else [(f"{one.name}[{n}]", it) for n, it in enumerate(content)]
    )
    for path, table in tables:
        try:
            read.append(row(one.kind, table, path))
        except Unreadable as error:
            troubles += error.troubles
    return read
