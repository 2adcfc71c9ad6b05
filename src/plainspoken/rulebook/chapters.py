"""The regulation as the reader sees it: in their language, chapter by chapter."""

from collections import Counter
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import deadlines, language, measures
from plainspoken.kernel.controls import Control
from plainspoken.kernel.errors import Text
from plainspoken.law import clauses
from plainspoken.law.clauses import Means
from plainspoken.rulebook import standing
from plainspoken.rulebook.standing import ClauseStanding, Standing
from plainspoken.rulebook.tested import Proof

EVERY = _("All means")
MEANS: dict[Means, Text] = {
    Means.ENFORCED: _("Enforced"),
    Means.ASSISTED: _("Assisted"),
    Means.RECORDED: _("Recorded"),
    Means.OUTSIDE: _("Outside the system"),
    Means.PLANNED: _("Planned"),
}
TONES = {Means.ENFORCED: "done", Means.ASSISTED: "new", Means.RECORDED: "active"}
KINDS: dict[str, Text] = {
    "action": _("Action"),
    "deadline": _("Deadline"),
    "constraint": _("Rule of the database"),
    "measure": _("Measure"),
}


@dataclass(frozen=True, slots=True)
class ControlTold:
    """`href` opens the records of a measure, `ledger` the entries of an action; `many`: there are more than `count`."""

    kind: Text
    name: Text
    ref: str
    href: str
    ledger: str
    count: int | None
    many: bool


@dataclass(frozen=True, slots=True)
class DutyTold:
    number: str
    title: str
    text: str
    means: Text
    tone: str
    reason: str
    in_force: bool
    planned: bool
    marks: tuple[tuple[Text, bool], ...]
    controls: tuple[ControlTold, ...]
    tests: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class ClauseTold:
    number: str
    title: str
    text: str
    duties: tuple[DutyTold, ...]
    in_force: int

    @property
    def tone(self) -> str:
        if self.in_force == len(self.duties):
            return "done"
        return "active" if self.in_force else "quiet"


@dataclass(frozen=True, slots=True)
class Chapter:
    number: str
    title: str
    clauses: list[ClauseTold]


def chapters(*, means: Means | None = None, words: str = "") -> list[Chapter]:
    """The chapters with the clauses that have a duty of those means and all the words somewhere."""
    told_clauses = [told(one) for one in standing.regulation() if _has(one, means, words.casefold())]
    return [
        Chapter(heading.number, _spoken(heading.title_zh, heading.title_en), found)
        for heading in clauses.headings()
        if "." not in heading.number
        and (found := [one for one in told_clauses if one.number.split(".")[0] == heading.number])
    ]


def totals() -> dict[str, int]:
    """How many duties there are, are in force, and are served by a control of ours."""
    duties = [duty for clause in standing.regulation() for duty in clause.duties]
    found = Counter(duty.duty.means for duty in duties)
    return {
        "duties": len(duties),
        "in_force": sum(duty.in_force for duty in duties),
        "controlled": sum(duty.controlled for duty in duties),
        "planned": found[Means.PLANNED],
        "outside": found[Means.OUTSIDE],
    }


def told(one: ClauseStanding) -> ClauseTold:
    clause = one.clause
    return ClauseTold(
        number=clause.number,
        title=_spoken(clause.title_zh, clause.title_en),
        text=_spoken(clause.text_zh, clause.text_en),
        duties=tuple(_duty(duty) for duty in one.duties),
        in_force=one.in_force,
    )


def _duty(one: Standing) -> DutyTold:
    duty = one.duty
    return DutyTold(
        number=duty.number,
        title=_spoken(duty.title_zh, duty.title_en),
        text=_spoken(duty.text_zh, duty.text_en),
        means=MEANS[duty.means],
        tone=TONES.get(duty.means, "quiet"),
        reason=_spoken(duty.reason_zh, duty.reason_en),
        in_force=one.in_force,
        planned=duty.means is Means.PLANNED,
        marks=((_("Control"), one.controlled), (_("Measure"), one.measured), (_("Test"), one.tested)),
        controls=tuple(_control(each.control, each.count) for each in one.evidence),
        tests=one.tests,
    )


def _control(control: Control, count: int | None) -> ControlTold:
    return ControlTold(
        kind=KINDS[control.kind],
        name=_name(control),
        ref=control.ref,
        href=_address("desk.measure.records", control.ref) if control.kind == "measure" else "",
        ledger=f"{_address('desk.ledger')}?code={control.ref}" if control.kind == "action" else "",
        count=count,
        many=control.kind == "action" and count == standing.ENTRIES_COUNTED_MAX,
    )


def _name(control: Control) -> Text:
    if control.kind == "measure":
        return measures.measures[control.ref].label
    if control.kind == "deadline":
        return deadlines.kinds[control.ref].label
    return ""


def _address(name: str, *of: str) -> str:
    """The address of a page of an upper slice; empty where that slice is not served."""
    try:
        return reverse(name, args=of)
    except NoReverseMatch:
        return ""


def _has(one: ClauseStanding, means: Means | None, words: str) -> bool:
    clause = one.clause
    texts = (clause.number, clause.title_zh, clause.title_en, clause.text_zh, clause.text_en)
    inside = [text for duty in clause.duties for text in (duty.number, duty.title_zh, duty.title_en)]
    wanted = means is None or any(duty.means is means for duty in clause.duties)
    return wanted and (not words or any(words in text.casefold() for text in (*texts, *inside)))


def _spoken(zh: str, en: str) -> str:
    return zh if get_language() == language.CHINESE else en
