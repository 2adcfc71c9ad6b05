"""Entries of the ledger as screens show them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plainspoken.desk import subjects
from plainspoken.desk import words as names
from plainspoken.desk.subjects import Subject
from plainspoken.kernel import action, ledger, verify
from plainspoken.kernel.actor import Actor, Kind
from plainspoken.kernel.errors import Text
from plainspoken.kernel.models import Checkpoint, Chore, Entry, Opening, RefusalTally, Seal, Unsealed
from plainspoken.organization.models import Integration, Person, Post

KEYS = ("-at", "-id")
COUNT_MAX = 1_000
REFUSALS: dict[str, Text] = {
    "permission_denied": gettext_lazy("Not allowed"),
    "wrong_state": gettext_lazy("Not in this state"),
}
KINDS: dict[str, Text] = {
    Kind.CUSTOMER.value: gettext_lazy("The customer"),
    Kind.INTEGRATION.value: gettext_lazy("A program"),
    Kind.SYSTEM.value: gettext_lazy("The system"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """`post` is the name of the post in which a member of staff did it."""

    entry: Entry
    who: str
    post: str
    subject: Subject

    @property
    def action(self) -> Text:
        """What people call it; the code where an older release knew the action."""
        spec = action.specs.get(self.entry.code)
        return spec.label if spec else self.entry.code

    @property
    def outcome(self) -> Text:
        """Done, or in what way it was refused."""
        if not self.entry.refusal:
            return _("Done")
        return REFUSALS.get(self.entry.refusal, _("The rule says no"))


def told(rows: Sequence[Entry], by: Actor) -> list[Told]:
    """With who did it and to what."""
    about = subjects.told([(row.subject_type, row.subject_id) for row in rows], by)
    people = Person.objects.in_bulk({row.actor_id for row in rows if row.actor_kind == Kind.STAFF.value})
    programs = Integration.objects.in_bulk(
        {row.actor_id for row in rows if row.actor_kind == Kind.INTEGRATION.value}
    )
    posts = Post.objects.in_bulk({row.actor_post for row in rows if row.actor_post}, field_name="code")
    return [
        Told(
            row,
            _who(row, people, programs),
            names.name(posts[row.actor_post]) if row.actor_post in posts else "",
            about[row.subject_type, row.subject_id],
        )
        for row in rows
    ]


def _who(row: Entry, people: Mapping[UUID, Person], programs: Mapping[UUID, Integration]) -> str:
    if row.actor_id in people:
        return names.name(people[row.actor_id])
    kind = str(KINDS.get(row.actor_kind, "–"))
    return f"{kind} · {programs[row.actor_id].name}" if row.actor_id in programs else kind


class State:
    """How the ledger stands: what is sealed, and what the last verification found."""

    @cached_property
    def checkpoint(self) -> Checkpoint | None:
        return Checkpoint.objects.order_by("-size").first()

    @cached_property
    def unsealed(self) -> int:
        """How many entries wait for the sealer, none counted beyond COUNT_MAX."""
        return Unsealed.objects.all()[:COUNT_MAX].count()

    @cached_property
    def verification(self) -> Entry | None:
        """The last one, asked for here or done by the daily chore."""
        chore = Chore.objects.filter(name="ledger.verify").values("pk")
        done = Q(code="ledger.verify", refusal="") | Q(code="chores.finish", subject_id__in=chore)
        return Entry.objects.filter(done).order_by("-at", "-id").first()

    @cached_property
    def found(self) -> Mapping[str, Any]:
        """What the last verification said: how many of what, and the first bad row with what is wrong."""
        if self.verification is None:
            return {}
        facts = ledger.facts(bytes(self.verification.body))
        if "trouble" in facts:
            facts["row"], _separator, facts["what"] = facts["trouble"].rpartition(": ")
        words = verify.Trouble(facts["row"], facts["what"]).words if "row" in facts else ""
        return {**facts, "words": words}


class Whole:
    """One entry with everything that is kept of it; `opened` shows its texts and personal values."""

    def __init__(self, told: Told, *, opened: bool) -> None:
        self.told = told
        self.entry = told.entry
        self.opened = opened
        self.body: dict[str, Any] = json.loads(bytes(told.entry.body))

    @property
    def facts(self) -> list[tuple[str, str]]:
        return [(name, _written(value)) for name, value in self.body["facts"].items()]

    @cached_property
    def seal(self) -> Seal | None:
        return Seal.objects.filter(entry_id=self.entry.pk).first()

    @property
    def leaf(self) -> str:
        return bytes(self.seal.leaf).hex() if self.seal else ""

    @cached_property
    def repeated(self) -> int:
        """How often the same refusal came again within the minute."""
        tally = RefusalTally.objects.filter(entry=self.entry).first()
        return tally.count if tally else 0

    @property
    def values(self) -> list[tuple[str, str, str]]:
        """Names and commitments, with the values where they are opened."""
        opening = Opening.objects.filter(pk=self.entry.pk).first() if self.opened else None
        values = opening.values if opening else {}
        return [
            (name, commitment, values[name][1] if name in values else "")
            for name, commitment in self.body["commits"].items()
        ]


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
