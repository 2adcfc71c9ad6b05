"""docs/firm.example.toml is a whole firm: it is applied, and shows everything a firm file can say."""

from dataclasses import fields
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from plainspoken.config import founding, readiness
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import firmfile, queries
from plainspoken.organization.firmfile import Row
from plainspoken.organization.models import Firm, Person

FILE = Path(__file__).resolve().parents[2] / "docs" / "firm.example.toml"


@pytest.fixture
def applied(db: None) -> firmfile.Report:
    Firm.objects.get_or_create(defaults={"id": uuid7()})
    return firmfile.apply(FILE, by=firmfile.actor())


def row_kinds(kind: type[Row]) -> list[type[Row]]:
    """The kind and the kinds of the tables inside its tables."""
    inside = [one for hint in get_type_hints(kind).values() for one in get_args(hint)]
    return [kind, *(one for one in inside if isinstance(one, type) and issubclass(one, Row))]


def test_it_is_a_firm_that_may_be_served(applied: firmfile.Report) -> None:
    assert applied.changed == []
    readiness.check()
    assert founding._first_administrator() == Person.objects.get(username="wei")
    assert queries.administration().code == "technology"


def test_applying_it_twice_changes_nothing(applied: firmfile.Report) -> None:
    assert str(firmfile.apply(FILE, by=firmfile.actor())) == "0 made, 0 changed."


def test_it_shows_every_section_and_field() -> None:
    text = FILE.read_text(encoding="utf-8")
    for name, section in firmfile.sections.items():
        assert f"[{name}]" in text
        for kind in row_kinds(section.kind):
            unseen = [one.name for one in fields(kind) if f"{one.name} = " not in text and one.name != "path"]
            assert set(unseen) <= {"password"}, f"{name} says nothing of {unseen}"
