"""Programs connected to the small firm, and what they ask of the API."""

import json
from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client

import world
from plainspoken.kernel.actor import Actor, system
from plainspoken.organization import integrations as known
from plainspoken.organization import queries
from plainspoken.organization.actions import integrations
from plainspoken.organization.models import Integration, Role

CONNECTOR = system("tests.connector", "organization.integration.make", "organization.integration.end")
_numbers = count(1)


class Program:
    """A program with its token, which speaks as programs do."""

    def __init__(self, row: Integration, token: str) -> None:
        self.row = row
        self.token = token
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    @property
    def actor(self) -> Actor:
        return known.actor(self.row)

    def get(self, path: str, **query: Any) -> Any:
        return Client().get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, *, content_type: str = "application/json") -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body) if body is not None else b""
        return Client().post(f"/api/v1/{path}", data, content_type=content_type, headers=self.headers)


def connected(
    role: str = "agent",
    *,
    unit: str = "cs-team-1",
    person: str = "li",
    name: str = "",
    requests_a_minute: int = 6_000,
    days: int = 30,
) -> Program:
    row, token = integrations.make(
        world.unit(unit),
        by=CONNECTOR,
        name=name or f"Program {next(_numbers)}",
        role=Role.objects.get(code=role),
        person=world.person(person),
        last_day=queries.today(world.unit(unit)) + timedelta(days=days),
        requests_a_minute=requests_a_minute,
    )
    return Program(Integration.objects.select_related("role", "unit", "person").get(pk=row.pk), token)
