"""Which verbs a person has on a case now: edges from here ∩ permissions; the actions decide in the end."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case, HandOver
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.kernel.machine import Edge


@dataclass(frozen=True, slots=True)
class Verb:
    """A button. `code` names the action and its address; `asks` opens a dialog, else it acts at once.

    `owners`: only the owner has it. `front`: the states in which it stands beside the title, not in the menu.
    `then`: what is asked for after it, such as the next case of the list.
    """

    code: str
    edge: Edge
    label: Text
    icon: str
    key: str = ""
    asks: bool = True
    owners: bool = False
    front: tuple[str, ...] = ()
    primary: bool = False
    then: str = ""


@dataclass(frozen=True, slots=True)
class Verbs:
    front: list[Verb]
    menu: list[Verb]
    codes: frozenset[str]


BUTTONS = (
    Verb(
        "cases.inquiry.take",
        INQUIRY.assign,
        _("Take"),
        "user-check",
        "t",
        asks=False,
        front=("received",),
        primary=True,
    ),
    Verb("cases.inquiry.triage", INQUIRY.triage, _("Triage"), "tags", "y", front=("received",)),
    Verb(
        "cases.inquiry.hand_over",
        INQUIRY.hand_over,
        _("Hand over"),
        "transfer",
        "h",
        owners=True,
        front=("triaged", "department_answered"),
    ),
    Verb(
        "cases.inquiry.tell_time",
        INQUIRY.tell_time,
        _("Tell the time"),
        "clock",
        "l",
        owners=True,
        front=("triaged",),
    ),
    Verb(
        "cases.inquiry.take_back",
        INQUIRY.take_back,
        _("Take back"),
        "arrow-back-up",
        asks=False,
        owners=True,
        front=("with_department",),
    ),
    Verb(
        "cases.inquiry.close",
        INQUIRY.close,
        _("Close the case"),
        "check",
        "e",
        asks=False,
        owners=True,
        front=("answered",),
    ),
    Verb(
        "cases.inquiry.close",
        INQUIRY.close,
        _("Close, then the next"),
        "chevrons-right",
        "E",
        asks=False,
        owners=True,
        then="next",
    ),
    Verb(
        "cases.inquiry.reopen",
        INQUIRY.reopen,
        _("Reopen"),
        "arrow-back-up-double",
        asks=False,
        owners=True,
        front=("answered", "closed"),
    ),
    Verb("cases.inquiry.restore", INQUIRY.restore, _("Restore"), "rotate", asks=False, front=("no_inquiry",)),
    Verb(
        "cases.inquiry.unmerge",
        INQUIRY.unmerge,
        _("Bring back"),
        "arrow-back-up",
        asks=False,
        front=("merged",),
    ),
    Verb("cases.inquiry.assign", INQUIRY.assign, _("Assign"), "user-share", "a"),
    Verb("cases.inquiry.reclassify", INQUIRY.reclassify, _("Reclassify"), "tags", owners=True),
    Verb("cases.inquiry.merge", INQUIRY.merge, _("Merge"), "git-merge"),
    Verb("cases.inquiry.dismiss", INQUIRY.dismiss, _("No inquiry"), "ban"),
)
SAID = (
    Verb("cases.inquiry.answer", INQUIRY.answer, _("Answer"), "send", owners=True),
    Verb("cases.inquiry.answer_at_once", INQUIRY.answer_at_once, _("Answer"), "send"),
    Verb("cases.inquiry.answer_inside", INQUIRY.answer_inside, _("Answer the owner"), "message-reply"),
)


def possible(case: Case, by: Actor) -> Verbs:
    """The buttons for this case and person, and the codes of all that may be done, said or written."""
    here = {edge.name for edge in INQUIRY.leaving(case.state)}
    open_to = [verb for verb in (*BUTTONS, *SAID) if verb.edge.name in here and _open(verb, case, by)]
    buttons = [verb for verb in open_to if verb in BUTTONS]
    return Verbs(
        front=[verb for verb in buttons if case.state in verb.front],
        menu=[verb for verb in buttons if case.state not in verb.front],
        codes=frozenset(verb.code for verb in open_to),
    )


def _open(verb: Verb, case: Case, by: Actor) -> bool:
    if not by.may(verb.code):
        return False
    match verb.code:
        case "cases.inquiry.take":
            return case.owner_id != by.person
        case "cases.inquiry.answer_at_once" | "cases.inquiry.merge":
            return case.owner_id in (None, by.person)
        case "cases.inquiry.answer_inside":
            return asked_of(case, by)
    return not verb.owners or case.owner_id == by.person


def asked_of(case: Case, by: Actor) -> bool:
    """Whether a unit of the person has been asked and has not answered yet."""
    asked = HandOver.objects.filter(case=case, answered_at__isnull=True, taken_back_at__isnull=True)
    return asked.filter(to_unit__in=by.units).exists()
