"""The shape of the firm in a firm file: its names, units, roles, posts and targets."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, TypeAlias

from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import Deadline
from plainspoken.organization import firmfile, roles
from plainspoken.organization.actions import firm as firms
from plainspoken.organization.actions import posts, targets
from plainspoken.organization.firmfile import File, Row
from plainspoken.organization.models import Calendar, Firm, Post, Role, Target, Unit

Values: TypeAlias = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class FirmRow(Row):
    """`since`: the day from which people hold their posts where the file names no other."""

    name_zh: str
    name_en: str
    since: date
    demo: bool = False


@firmfile.section(
    "firm", FirmRow, order=0, may=["organization.firm.found", "organization.role.put"], single=True
)
def firm(rows: list[FirmRow], file: File) -> None:
    """The firm's names, and the roles this release ships."""
    firm = Firm.objects.get()
    for row in rows:
        file.since = row.since
        values: Values = {"name_zh": row.name_zh, "name_en": row.name_en, "demo": row.demo}
        found = partial(firms.found, firm, by=file.by, **values)
        with file.trying(row):
            file.put(firm if firm.founded else None, values, found, "firm")
    for code, made in roles.put_shipped(by=file.by):
        file.note(f"role {code}", made=made)


@dataclass(frozen=True, kw_only=True)
class UnitRow(Row):
    code: str
    kind: Unit.Kind
    name_zh: str
    name_en: str
    function: Unit.Function | None = None
    parent: str = ""
    time_zone: str = ""
    calendar: str = ""


@firmfile.section("units", UnitRow, order=20, may=["organization.unit.put"], declares=Unit)
def units(rows: list[UnitRow], file: File) -> None:
    ordered, circling = _parents_first(rows)
    for row in ordered:
        with file.trying(row):
            _unit(row, file)
    for row in circling:
        file.trouble(row.at("parent"), f"stands below itself, by way of {row.parent}")


def _unit(row: UnitRow, file: File) -> None:
    values: Values = {
        "kind": row.kind,
        "function": row.function or "",
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "parent": file.find(Unit, row.parent, row.at("parent")) if row.parent else None,
        "time_zone": row.time_zone,
        "calendar": file.find(Calendar, row.calendar, row.at("calendar")) if row.calendar else None,
    }
    given = values | {"function": row.function}
    put = partial(firms.put_unit, Firm.objects.get(), by=file.by, code=row.code, **given)
    file.put(Unit.objects.filter(code=row.code).first(), values, put, f"unit {row.code}")


def _parents_first(rows: list[UnitRow]) -> tuple[list[UnitRow], list[UnitRow]]:
    """In the order in which they can be made, and those that never can: in a circle, or below one."""
    ordered: list[UnitRow] = []
    waiting = list(rows)
    while waiting:
        named = {row.code for row in waiting}
        ready = [row for row in waiting if row.parent not in named]
        if not ready:
            break
        ordered += ready
        waiting = [row for row in waiting if row not in ready]
    return ordered, waiting


@dataclass(frozen=True, kw_only=True)
class RoleRow(Row):
    code: str
    name_zh: str
    name_en: str
    permissions: tuple[str, ...]
    sees_all: bool = False


@firmfile.section("roles", RoleRow, order=30, may=["organization.role.put"], declares=Role)
def own_roles(rows: list[RoleRow], file: File) -> None:
    """A role with the code of a shipped one takes its place."""
    for row in rows:
        values: Values = {
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "permissions": sorted(row.permissions),
            "sees_all": row.sees_all,
            "shipped": False,
        }
        put = partial(posts.put_role, Firm.objects.get(), by=file.by, code=row.code, **values)
        with file.trying(row):
            file.put(Role.objects.filter(code=row.code).first(), values, put, f"role {row.code}")


@dataclass(frozen=True, kw_only=True)
class PostRow(Row):
    code: str
    unit: str
    name_zh: str
    name_en: str
    roles: tuple[str, ...]
    head: bool = False


@firmfile.section("posts", PostRow, order=40, may=["organization.post.put"], declares=Post)
def own_posts(rows: list[PostRow], file: File) -> None:
    for row in rows:
        with file.trying(row):
            _post(row, file)


def _post(row: PostRow, file: File) -> None:
    unit = file.find(Unit, row.unit, row.at("unit"))
    held = [file.find(Role, code, row.at("roles", number)) for number, code in enumerate(row.roles)]
    standing = Post.objects.filter(code=row.code).first()
    values: Values = {"unit": unit, "name_zh": row.name_zh, "name_en": row.name_en, "head": row.head}
    if standing and set(standing.roles.all()) == set(held) and file.same(standing, values):
        return
    posts.put_post(
        unit, by=file.by, code=row.code, name_zh=row.name_zh, name_en=row.name_en, roles=held, head=row.head
    )
    file.note(f"post {row.code}", made=standing is None)


@dataclass(frozen=True, kw_only=True)
class TargetRow(Row):
    kind: str
    amount: int
    counted_in: Deadline.CountedIn
    channel: str = ""


@firmfile.section("targets", TargetRow, order=60, may=["organization.target.set"])
def own_targets(rows: list[TargetRow], file: File) -> None:
    for row in rows:
        with file.trying(row):
            _target(row, file)


def _target(row: TargetRow, file: File) -> None:
    key: Values = {"kind": Code(row.kind), "channel": Code(row.channel)}
    values: Values = {"amount": row.amount, "counted_in": row.counted_in}
    put = partial(targets.set_target, Firm.objects.get(), by=file.by, **key, **values)
    name = f"target {row.kind} {row.channel}".rstrip()
    file.put(Target.objects.filter(**key).first(), values, put, name)
