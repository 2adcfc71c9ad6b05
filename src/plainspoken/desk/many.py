"""One verb for many cases: what it asks, what it would come to, what it came to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.actions import follow_up, ownership, tags
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case
from plainspoken.desk import many_forms
from plainspoken.kernel import access, action
from plainspoken.kernel.action import Outcome
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refusal, Text, WrongState

AS_SEEN = ("state", "owner_id")
"""What somebody else may have changed between the preview and the deed."""


@dataclass(frozen=True, slots=True)
class Verb:
    """`code` names the action; `would` and `did` say what becomes of a number of cases."""

    name: str
    code: str
    label: Text
    icon: str
    form: type[many_forms.Asked]
    act: Callable[..., Any]
    would: Text
    did: Text


VERBS = {
    verb.name: verb
    for verb in (
        Verb(
            "assign",
            "cases.inquiry.assign",
            _("Assign"),
            "user-share",
            many_forms.Assigned,
            ownership.assign,
            ngettext_lazy("Assign %(n)d case", "Assign %(n)d cases", "n"),
            ngettext_lazy("%(n)d case assigned", "%(n)d cases assigned", "n"),
        ),
        Verb(
            "tag",
            "cases.tagging.put",
            _("Tag"),
            "tag",
            many_forms.Tagged,
            tags.tag,
            ngettext_lazy("Tag %(n)d case", "Tag %(n)d cases", "n"),
            ngettext_lazy("%(n)d case tagged", "%(n)d cases tagged", "n"),
        ),
        Verb(
            "untag",
            "cases.tagging.remove",
            _("Untag"),
            "tag-off",
            many_forms.Untagged,
            tags.untag,
            ngettext_lazy("Take it off %(n)d case", "Take it off %(n)d cases", "n"),
            ngettext_lazy("Taken off %(n)d case", "Taken off %(n)d cases", "n"),
        ),
        Verb(
            "close",
            "cases.inquiry.close",
            _("Close cases"),
            "check",
            many_forms.Closed,
            follow_up.close,
            ngettext_lazy("Close %(n)d case", "Close %(n)d cases", "n"),
            ngettext_lazy("%(n)d case closed", "%(n)d cases closed", "n"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the cases, or would: each that could not with the reason."""

    done: list[Case]
    aside: list[tuple[Case, Text]]
    sentence: str


def chosen(given: Sequence[many_forms.Seen], by: Actor) -> list[Case]:
    """The cases the reader may see, in the order of the choice, with state and owner as the person saw them."""
    keys = [one.key for one in given]
    rows = access.visible(Case.objects.filter(pk__in=keys).select_related("customer"), by).in_bulk()
    found = [(one, rows[one.key]) for one in given if one.key in rows]
    for one, row in found:
        if one.state:
            row.state, row.owner_id = one.state, one.owner
    return [row for _one, row in found]


def foresee(verb: Verb, cases: list[Case], given: dict[str, Any], by: Actor) -> Told:
    """What would come of it now, by the rules of the action itself."""
    return _told(verb.would, cases, action.rehearse(verb.act, cases, by=by, **given))


def do(verb: Verb, cases: list[Case], given: dict[str, Any], by: Actor) -> Told:
    """A case that is no longer as the person saw it is put aside."""
    return _told(verb.did, cases, action.each(verb.act, cases, by=by, unmoved=AS_SEEN, **given))


def _told(sentence: Text, cases: list[Case], outcome: Outcome[Any, Any]) -> Told:
    rows: dict[UUID, Case] = {case.pk: case for case in cases}
    done = [rows[case.pk] for case, _result in outcome.done]
    aside = [(rows[case.pk], _why(refusal)) for case, refusal in outcome.aside]
    return Told(done, aside, sentence % {"n": len(done)})


def _why(refusal: Refusal) -> Text:
    """In words that are true beforehand too, when nobody has moved anything on."""
    if not isinstance(refusal, WrongState):
        return refusal.message
    return gettext("Not possible in this state: %(state)s") % {"state": INQUIRY.label(refusal.facts["state"])}


def form(verb: Verb, data: Any, cases: list[Case]) -> forms.Form:
    return verb.form(data, cases=cases)
