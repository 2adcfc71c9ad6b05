"""The posts a person holds, with their roles and the units above and below: read in one statement, at every request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from plainspoken.kernel import clock
from plainspoken.organization import queries
from plainspoken.organization.models import Person, Unit
from plainspoken.organization.models.names import in_reader_language
from plainspoken.organization.tree import DEPTH_MAX

ABOUT_NOW = timedelta(days=1)

_HELD = """
SELECT held.from_day, held.to_day, post.code, post.name_zh, post.name_en, post.head, unit.name_zh, unit.name_en,
    above.units, above.kinds, above.zones, below.units, role.permissions, role.sees_all,
    role.second_factor
FROM organization_appointment held
JOIN organization_post post ON post.id = held.post_id
JOIN organization_unit unit ON unit.id = post.unit_id
CROSS JOIN LATERAL (
    WITH RECURSIVE up (id, parent_id, kind, time_zone, step) AS (
        SELECT unit.id, unit.parent_id, unit.kind, unit.time_zone, 0
        UNION ALL
        SELECT over.id, over.parent_id, over.kind, over.time_zone, up.step + 1
        FROM organization_unit over JOIN up ON over.id = up.parent_id WHERE up.step < %(depth)s
    )
    SELECT array_agg(id ORDER BY step), array_agg(kind ORDER BY step), array_agg(time_zone ORDER BY step) FROM up
) AS above (units, kinds, zones)
CROSS JOIN LATERAL (
    WITH RECURSIVE down (id, step) AS (
        SELECT unit.id, 0 WHERE post.head
        UNION ALL
        SELECT under.id, down.step + 1
        FROM organization_unit under JOIN down ON under.parent_id = down.id WHERE down.step < %(depth)s
    )
    SELECT coalesce(array_agg(id), '{}') FROM down
) AS below (units)
LEFT JOIN organization_post_roles given ON given.post_id = post.id
LEFT JOIN organization_role role ON role.id = given.role_id
WHERE held.person_id = %(person)s AND held.from_day <= %(until)s AND (held.to_day IS NULL OR held.to_day >= %(since)s)
ORDER BY held.from_day, post.code, held.id
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A post that is held from a day to a day, with one of its roles; `above` begins with the post's own unit."""

    from_day: date
    to_day: date | None
    post: str
    post_names: tuple[str, str]
    head: bool
    unit_names: tuple[str, str]
    above: Sequence[UUID]
    kinds: Sequence[str]
    zones: Sequence[str]
    below: Sequence[UUID]
    permissions: Sequence[str]
    sees_all: bool
    second_factor: bool

    @property
    def unit(self) -> UUID:
        return self.above[0]

    @property
    def member_of(self) -> Sequence[UUID]:
        """The unit, and for a team what it is a team of: who works in the team works in the department."""
        teams = next((at for at, kind in enumerate(self.kinds) if kind != Unit.Kind.TEAM), len(self.kinds))
        return self.above[: teams + 1]

    @property
    def zone(self) -> str:
        """That of the nearest legal entity."""
        return next(zone for zone in self.zones if zone)

    @property
    def name(self) -> str:
        post, unit = in_reader_language(*self.post_names), in_reader_language(*self.unit_names)
        return f"{post} · {unit}"

    def on(self, day: date) -> bool:
        return self.from_day <= day and (self.to_day is None or self.to_day >= day)


def between(person: Person, since: date, until: date) -> list[Held]:
    """What is held at some time between the days, the earliest first; a post once for each of its roles."""
    values: dict[str, Any] = {"person": person.pk, "since": since, "until": until, "depth": DEPTH_MAX}
    with connection.cursor() as cursor:
        cursor.execute(_HELD, values)
        return [_held(row) for row in cursor.fetchall()]


def now(person: Person) -> tuple[list[Held], ZoneInfo]:
    """What is held today where the person lives by, and its zone: that of the first post held about now."""
    moment = clock.now()
    about = between(person, moment.date() - ABOUT_NOW, moment.date() + ABOUT_NOW)
    zone = ZoneInfo(about[0].zone) if about else queries.time_zone(queries.root())
    today = moment.astimezone(zone).date()
    return [one for one in about if one.on(today)], zone


def _held(row: tuple[Any, ...]) -> Held:
    (
        from_day,
        to_day,
        code,
        zh,
        en,
        head,
        unit_zh,
        unit_en,
        above,
        kinds,
        zones,
        below,
        permissions,
        sees_all,
        second_factor,
    ) = row
    names, unit = (zh, en), (unit_zh, unit_en)
    return Held(
        from_day,
        to_day,
        code,
        names,
        head,
        unit,
        above,
        kinds,
        zones,
        below,
        permissions or (),
        bool(sees_all),
        bool(second_factor),
    )
