"""What happened to a case, told from its ledger entries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plainspoken.cases.models import Case, Closure, Dismissal, Line, Reopening, Type
from plainspoken.desk import words
from plainspoken.kernel import action, ledger
from plainspoken.kernel.errors import Text
from plainspoken.kernel.models import Entry
from plainspoken.organization.models import Person, Unit
from plainspoken.ui import moments

ENTRIES_MAX = 500

SENTENCES: dict[str, tuple[str, Text]] = {
    "cases.inquiry.open": ("mail", gettext_lazy("%(case)s received")),
    "cases.inquiry.take": ("user-check", gettext_lazy("%(who)s took the case")),
    "cases.inquiry.assign": ("user-share", gettext_lazy("%(who)s assigned the case to %(owner)s")),
    "cases.inquiry.triage": ("tags", gettext_lazy("%(who)s judged it: %(type)s, %(line)s")),
    "cases.inquiry.reclassify": ("tags", gettext_lazy("%(who)s corrected it: %(type)s, %(line)s")),
    "cases.inquiry.tell_time": ("clock", gettext_lazy("%(who)s told the customer: answer by %(told)s")),
    "cases.inquiry.hand_over": ("transfer", gettext_lazy("%(who)s asked %(unit)s, answer due %(due)s")),
    "cases.inquiry.answer_inside": ("message-reply", gettext_lazy("%(who)s answered for the department")),
    "cases.inquiry.take_back": ("arrow-back-up", gettext_lazy("%(who)s took the question back")),
    "cases.inquiry.mark_answered": ("mail-check", gettext_lazy("The answer has left; the follow-up begins")),
    "cases.inquiry.close": ("circle-check", gettext_lazy("Closed: %(how)s")),
    "cases.inquiry.reopen": ("arrow-back-up-double", gettext_lazy("Reopened: %(how)s")),
    "cases.inquiry.dismiss": ("ban", gettext_lazy("%(who)s found no inquiry: %(reason)s")),
    "cases.inquiry.merge": ("git-merge", gettext_lazy("%(who)s merged %(merged)s into %(into)s")),
    "cases.inquiry.unmerge": ("arrow-back-up", gettext_lazy("%(who)s brought %(merged)s back from %(into)s")),
    "cases.inquiry.restore": ("rotate", gettext_lazy("%(who)s restored it as an inquiry")),
}
HOWS: dict[str, Text] = {**dict(Closure.How.choices), **dict(Reopening.How.choices)}
REASONS: dict[str, Text] = dict(Dismissal.Reason.choices)


@dataclass(frozen=True, slots=True)
class Event:
    """One line between the messages."""

    at: datetime
    icon: str
    words: str
    template: str = field(default="desk/_event.html", init=False)


@dataclass(frozen=True, slots=True)
class History:
    """What happened, in order of time, and the duties that were served by it."""

    events: list[Event]
    duties: list[str]


def history(case: Case, merged: Iterable[UUID]) -> History:
    """From the newest ENTRIES_MAX entries of the case, its conversation and those ever merged into it; no drafts."""
    own = (case.pk, case.conversation_id)
    rows = Entry.objects.filter(subject_id__in=[*own, *merged], refusal="")
    newest = rows.exclude(code="conversations.draft.save").order_by("-at", "-id")[:ENTRIES_MAX]
    entries = list(reversed(newest))
    told = [(entry, ledger.facts(bytes(entry.body))) for entry in entries if entry.code in SENTENCES]
    told = [(entry, facts) for entry, facts in told if _is_of(case, entry, facts)]
    names = _Names.of(told, [row for row in (case.owner, case.unit, case.type, case.line) if row])
    served = _duties(entry for entry in entries if entry.subject_id in own)
    return History([_event(entry, facts, case, names) for entry, facts in told], served)


def _is_of(case: Case, entry: Entry, facts: Mapping[str, Any]) -> bool:
    """A conversation may have several cases: its entries name the one they are about. A merger is of both."""
    return entry.subject_id == case.pk or str(case.pk) in (facts.get("case"), facts.get("into"))


def _duties(entries: Iterable[Entry]) -> list[str]:
    done = (action.specs[entry.code] for entry in entries if entry.code in action.specs)
    return sorted({duty for spec in done for duty in spec.duties})


@dataclass(frozen=True, slots=True)
class _Names:
    """The names behind the ids in the entries, each table read once."""

    known: dict[str, str]

    @classmethod
    def of(cls, told: list[tuple[Entry, dict[str, Any]]], read: Iterable[Any]) -> "_Names":
        """`read`: rows that are known already."""
        known = {str(row.pk): words.name(row) for row in read}
        people = {str(entry.actor_id) for entry, _facts in told} | _named(told, "owner_now")
        known |= {str(row.pk): words.name(row) for row in Person.objects.filter(pk__in=people - known.keys())}
        if merged := _named(told, "into"):
            merged |= {str(entry.subject_id) for entry, facts in told if "into" in facts}
            known |= {str(key): number for key, number in _numbers(merged)}
        for model, fact in ((Unit, "department"), (Type, "type"), (Line, "line")):
            if keys := _named(told, fact) - known.keys():
                known |= {str(row.pk): words.name(row) for row in model.objects.filter(pk__in=keys)}
        return cls(known)

    def get(self, key: str | UUID | None) -> str:
        return self.known.get(str(key), "")


def _numbers(keys: set[str]) -> QuerySet[Case, tuple[UUID, str]]:
    return Case.objects.filter(pk__in=keys).values_list("pk", "number")


def _named(told: Iterable[tuple[Entry, dict[str, Any]]], fact: str) -> set[str]:
    return {facts[fact] for _entry, facts in told if facts.get(fact)}


def _event(entry: Entry, facts: Mapping[str, Any], case: Case, names: _Names) -> Event:
    icon, sentence = SENTENCES[entry.code]
    filled = str(sentence) % {
        "case": case.number,
        "who": _who(entry, names),
        "owner": names.get(facts.get("owner_now")),
        "type": names.get(facts.get("type")),
        "line": names.get(facts.get("line")),
        "unit": names.get(facts.get("department")),
        "told": _moment(facts.get("told_at")),
        "due": _moment(facts.get("department_due")),
        "merged": names.get(entry.subject_id),
        "into": names.get(facts.get("into")),
        "how": HOWS.get(facts.get("how", ""), ""),
        "reason": REASONS.get(facts.get("reason", ""), ""),
    }
    return Event(entry.at, icon, filled)


def _who(entry: Entry, names: _Names) -> str:
    if entry.actor_kind == "customer":
        return _("The customer")
    return names.get(entry.actor_id) or _("The system")


def _moment(iso: str | None) -> str:
    return moments.long(datetime.fromisoformat(iso)) if iso else ""
