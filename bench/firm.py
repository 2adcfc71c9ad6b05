"""The measured firm: the demo firm with as many agents as its cases need."""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from plainspoken import demo
from plainspoken.cases.models import Line, Type
from plainspoken.channels.models import Mailbox
from plainspoken.kernel import clock
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.worktime import WorkCalendar
from plainspoken.organization import actors, firmfile, queries
from plainspoken.organization.models import Person, Target, Unit

CASES_AN_AGENT, AGENTS_MAX = 1_000, 1_000
SHARES = {"service@haian.example": 0.8, "card@haian.example": 0.12, "corporate@haian.example": 0.08}
OF_MAILBOX = {"card@haian.example": ["jiang"], "corporate@haian.example": ["yuan"]}
AGENTS = ["lin", "he", "shen", "tang", "feng"]
DEPARTMENTS = ("personal-finance", "credit-card", "corporate-banking")
PROMISES = ("cases.first_reply", "cases.department_answer", "cases.follow_up")
AGENT = """
[[people]]
username = "agent{number}"
name_zh = "{name}"
name_en = "Agent {number}"
staff_number = "HB{number:04}"
email = "agent{number}@haian.example"
posts = ["mail-agent"]
qualifications = [{{ kind = "customer_contact", valid_from = 2025-01-02, valid_to = 2035-12-31 }}]
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """A mailbox and the people who answer it."""

    mailbox: Mailbox
    unit: UUID
    staff: Sequence[Actor]


@dataclass(frozen=True, slots=True, eq=False)
class House:
    """What a case needs of the firm."""

    desks: list[Desk]
    shares: list[float]
    entity: UUID
    departments: list[UUID]
    lines: dict[str, Line]
    types: dict[str, Type]
    calendar: WorkCalendar
    targets: dict[str, Target]
    now: datetime

    def desk(self, chance: random.Random) -> Desk:
        return chance.choices(self.desks, self.shares)[0]


def found(size: int, since: datetime) -> None:
    """The demo firm's file, and further agents, through the actions of a firm file."""
    text = (demo.HERE / "firm.toml").read_text(encoding="utf-8")
    extra = [
        AGENT.format(number=number, name=f"客服{number}")
        for number in range(min(size // CASES_AN_AGENT, AGENTS_MAX))
    ]
    with tempfile.TemporaryDirectory() as folder, clock.moved(since):
        file = Path(folder) / "firm.toml"
        file.write_text(text + "".join(extra), encoding="utf-8")
        firmfile.apply(file, by=firmfile.actor())


def house() -> House:
    """The firm as it stands in the database."""
    today = queries.today(queries.root())
    staff = {one.username: actors.of(one, today) for one in Person.objects.order_by("username")}
    agents = [*AGENTS, *(name for name in staff if name.startswith("agent"))]
    desks = [
        Desk(box, box.unit_id, [staff[name] for name in OF_MAILBOX.get(box.address, agents)])
        for box in Mailbox.objects.order_by("address")
    ]
    return House(
        desks=desks,
        shares=[SHARES[one.mailbox.address] for one in desks],
        entity=queries.root().pk,
        departments=list(
            Unit.objects.filter(code__in=DEPARTMENTS).order_by("code").values_list("pk", flat=True)
        ),
        lines={line.code: line for line in Line.objects.all()},
        types={one.code: one for one in Type.objects.all()},
        calendar=queries.calendar_of(queries.root()),
        targets={kind: queries.target(kind, "email") for kind in PROMISES},
        now=clock.now(),
    )
