"""What the API promises, as a committed snapshot and as a page to read: a change of it is reviewed.

Written anew by `PLAINSPOKEN_SNAPSHOTS=write pytest tests/api/test_openapi.py`.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from plainspoken.api import house, problems

CHECKOUT = Path(__file__).parent.parent.parent
SNAPSHOT = CHECKOUT / "tests" / "snapshots" / "openapi.json"
PAGE = CHECKOUT / "docs" / "api.md"
OPERATIONS = "## Operations"


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in house.document()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def taken(operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    """The names of what it takes; those in italics may be left out."""
    query = [(one["name"], one["required"]) for one in operation["parameters"] if one["in"] == "query"]
    content = operation.get("requestBody", {}).get("content", {})
    body = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    if body:
        required = schemas[body].get("required", [])
        query += [(name, name in required) for name in schemas[body]["properties"]]
    names = [f"`{name}`" if needed else f"*`{name}`*" for name, needed in query]
    return ", ".join(names or [f"`{kind}`" for kind in content] or ["–"])


def listed() -> str:
    schemas = house.document()["components"]["schemas"]
    lines = ["| operation | address | takes |", "|---|---|---|"]
    for method, path, operation in operations():
        address = path.removeprefix("/api/v1")
        lines.append(f"| {operation['summary']} | `{method} {address}` | {taken(operation, schemas)} |")
    return "\n".join(lines)


def test_the_document_is_the_committed_one() -> None:
    written = json.dumps(house.document(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("PLAINSPOKEN_SNAPSHOTS") == "write":
        SNAPSHOT.write_text(written, encoding="utf-8")
    assert SNAPSHOT.read_text(encoding="utf-8") == written


def test_the_page_lists_the_operations_there_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    above, _heading, _below = text.partition(OPERATIONS)
    written = f"{above}{OPERATIONS}\n\n{listed()}\n"
    if os.environ.get("PLAINSPOKEN_SNAPSHOTS") == "write":
        PAGE.write_text(written, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written


@pytest.mark.django_db
def test_the_document_is_served_to_anybody_and_loads_nothing() -> None:
    answer = Client().get("/api/openapi.json")
    assert (answer.status_code, answer.json()) == (200, house.document())
    assert "http://" not in answer.content.decode()
    assert "https://" not in answer.content.decode()
    assert Client().post("/api/openapi.json").status_code == 405


def test_every_operation_says_what_it_does_and_how_it_fails() -> None:
    for method, path, operation in operations():
        assert operation["summary"], path
        assert operation["security"] == [{"Token": []}]
        assert {"400", "401", "422", "429", "500"} <= operation["responses"].keys()
        assert method == "GET" or {"403", "404"} <= operation["responses"].keys()
        told = [one["content"] for status, one in operation["responses"].items() if int(status) >= 400]
        assert all([*content] == [problems.MEDIA_TYPE] for content in told)
