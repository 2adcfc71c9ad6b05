"""What customers of the demo firm ask: `matters.toml`, one row for each time it is asked."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plainspoken.customers.models import Customer
from plainspoken.kernel import language

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Asked:
    """`ask` and `inside`: what a department is asked and says; `again`: what the customer is still missing."""

    line: str
    type: str
    subject: str
    text: str
    answer: str
    language: str = language.CHINESE
    of: str = Customer.Kind.INDIVIDUAL.value
    ask: str = ""
    inside: str = ""
    again: str = ""
    answer_again: str = ""

    @property
    def english(self) -> bool:
        return self.language == language.ENGLISH


@dataclass(frozen=True, slots=True)
class Client:
    """A customer of `customers.toml`."""

    number: str
    kind: str
    name: str
    language: str
    email: str
    title: str = ""
    phone: str = ""
    id_card: str = ""
    credit_code: str = ""
    account: str = ""

    @property
    def salutation(self) -> str:
        """How our letters begin."""
        if self.language == language.ENGLISH:
            return f"Dear {self.title} {self.name.split()[-1]}," if self.title else "Dear customer,"
        return f"尊敬的{self.name}{self.title}：\n您好！" if self.title else "尊敬的客户：\n您好！"


def asked() -> list[Asked]:
    """Every time a matter is asked, in the order of the file."""
    return [one for matter in _rows("matters") for one in _askings(matter)]


def clients() -> list[Client]:
    return [Client(**row) for row in _rows("customers")]


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))[name]
    return rows


def _askings(matter: dict[str, Any]) -> Iterator[Asked]:
    """An asking with an answer of its own goes its own way; only the first goes on with `again`."""
    shared = {name: value for name, value in matter.items() if name not in ("code", "asked")}
    once = {name: value for name, value in shared.items() if not name.endswith("again")}
    plain = {name: value for name, value in once.items() if name not in ("ask", "inside")}
    for number, own in enumerate(matter["asked"]):
        base = plain if "answer" in own else once if number else shared
        yield Asked(**{name: value.strip() for name, value in {**base, **own}.items()})
