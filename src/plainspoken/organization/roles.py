"""The roles this release ships. A firm that writes a role of the same code has its own instead."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from plainspoken.kernel.actor import Actor
from plainspoken.organization.actions import posts
from plainspoken.organization.models import Firm, Role


@dataclass(frozen=True, slots=True)
class Shipped:
    code: str
    name_zh: str
    name_en: str
    permissions: tuple[str, ...]
    sees_all: bool = False

    def same(self, role: Role) -> bool:
        return (self.name_zh, self.name_en, list(self.permissions), self.sees_all) == (
            role.name_zh,
            role.name_en,
            role.permissions,
            role.sees_all,
        )


@cache
def shipped() -> tuple[Shipped, ...]:
    text = (Path(__file__).parent / "roles.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["roles"]
    return tuple(Shipped(**{**row, "permissions": tuple(sorted(row["permissions"]))}) for row in rows)


def put_shipped(*, by: Actor) -> list[tuple[str, bool]]:
    """Bring the shipped roles up to this release; the codes that were written, and whether each is new."""
    standing = {role.code: role for role in Role.objects.all()}
    written: list[tuple[str, bool]] = []
    for one in shipped():
        role = standing.get(one.code)
        if role is None or (role.shipped and not one.same(role)):
            _put(one, by)
            written.append((one.code, role is None))
    return written


def _put(one: Shipped, by: Actor) -> None:
    posts.put_role(
        Firm.objects.get(),
        by=by,
        code=one.code,
        name_zh=one.name_zh,
        name_en=one.name_en,
        permissions=one.permissions,
        sees_all=one.sees_all,
        shipped=True,
    )
