"""From TOML to typed rows: every field known, present and of its type, or a trouble that says where."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

R = TypeVar("R", bound="Row")

_WORDS = {str: "a text", int: "a whole number", bool: "true or false", date: "a date such as 2026-01-31"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One table of a firm file. `path` says where it stands, such as `people[3]`, counted from 0."""

    path: str

    def at(self, field: str, number: int | None = None) -> str:
        """Where a field of it stands, or one entry of a list."""
        return f"{self.path}.{field}" if number is None else f"{self.path}.{field}[{number}]"


@dataclass(frozen=True, slots=True, order=True)
class Trouble:
    """What is wrong, and where in the file."""

    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path}: {self.words}" if self.path else self.words


class Unreadable(Exception):
    """A table or a value is not what it should be; carries every trouble in it."""

    def __init__(self, *troubles: Trouble) -> None:
        super().__init__(*troubles)
        self.troubles = troubles


def row(kind: type[R], table: Any, path: str) -> R:
    """The table as a row of that kind. Raises Unreadable."""
    if not isinstance(table, dict):
        raise Unreadable(Trouble(path, f"must be a table, found {_found(table)}"))
    known = {field.name: field for field in fields(kind) if field.name != "path"}
    troubles = [*_strangers(known, table, path), *_missing(known, table, path)]
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for name in known.keys() & table.keys():
        try:
            values[name] = _value(hints[name], table[name], f"{path}.{name}")
        except Unreadable as error:
            troubles += error.troubles
    if troubles:
        raise Unreadable(*sorted(troubles))
    return kind(path=path, **values)


def _strangers(known: Mapping[str, Field[Any]], table: dict[str, Any], path: str) -> Iterator[Trouble]:
    for name in sorted(table.keys() - known.keys()):
        yield Trouble(f"{path}.{name}", f"there is no such field; known are {', '.join(known)}")


def _missing(known: Mapping[str, Field[Any]], table: dict[str, Any], path: str) -> Iterator[Trouble]:
    for name, field in known.items():
        if name not in table and field.default is MISSING and field.default_factory is MISSING:
            yield Trouble(path, f"{name} is missing")


def _value(hint: Any, value: Any, path: str) -> Any:
    if get_origin(hint) in (Union, UnionType):
        hint = next(kind for kind in get_args(hint) if kind is not NoneType)
    if get_origin(hint) is tuple:
        return _list(get_args(hint)[0], value, path)
    if issubclass(hint, Row):
        return row(hint, value, path)
    if issubclass(hint, Enum):
        return _choice(hint, value, path)
    if type(value) is not hint:
        raise Unreadable(Trouble(path, f"must be {_WORDS[hint]}, found {_found(value)}"))
    return value


def _list(kind: Any, value: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise Unreadable(Trouble(path, f"must be a list, found {_found(value)}"))
    read: list[Any] = []
    troubles: list[Trouble] = []
    for number, item in enumerate(value):
        try:
            read.append(_value(kind, item, f"{path}[{number}]"))
        except Unreadable as error:
            troubles += error.troubles
    if troubles:
        raise Unreadable(*troubles)
    return tuple(read)


def _choice(kind: type[Enum], value: Any, path: str) -> Enum:
    try:
        return kind(value)
    except ValueError:
        choices = ", ".join(str(one.value) for one in kind)
        raise Unreadable(Trouble(path, f"must be one of {choices}, found {_found(value)}")) from None


def _found(value: Any) -> str:
    return repr(value)[:60]
