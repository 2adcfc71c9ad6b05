"""Judging what came in: its type and business line, or that it is no inquiry (4.3.1 c, d)."""

from django.utils.translation import gettext_lazy as _

from plainspoken.cases import deadlines, measures, mergers, rules
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case, Dismissal, Line, Type
from plainspoken.kernel import clock
from plainspoken.kernel import deadlines as clocks
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization.models import Person


@action(
    "cases.inquiry.triage",
    _("Judge type and business line"),
    edge=INQUIRY.triage,
    duties=["4.3.1c", "4.3.1d"],
)
def triage(case: Case, *, by: Actor, type: Type, line: Line) -> Case:
    """A person judges type and business line; whoever does so without an owner being there becomes it."""
    if case.owner_id is None:
        person = Person.objects.get(pk=by.person)
        rules.may_own(case, person)
        case.owner = person
        for one in mergers.whole(case):
            clocks.give(one, unit=case.unit_id, owner=person.pk)
    measures.touch(case)
    case.type, case.line, case.triaged_at = type, line, clock.now()
    case.save(update_fields=["type", "line", "triaged_at", "owner"])
    measures.touch(case)
    record(as_suggested=(type.pk, line.pk) == (case.suggested_type_id, case.suggested_line_id))
    return case


@action(
    "cases.inquiry.reclassify",
    _("Correct type and business line"),
    edge=INQUIRY.reclassify,
    duties=["4.3.1c", "4.3.1d"],
)
def reclassify(case: Case, *, by: Actor, type: Type, line: Line) -> Case:
    """The judgement was wrong: the owner corrects it."""
    rules.owned_by(case, by)
    record(type_before=case.type_id, line_before=case.line_id)
    measures.touch(case)
    case.type, case.line = type, line
    case.save(update_fields=["type", "line"])
    measures.touch(case)
    return case


@action("cases.inquiry.dismiss", _("Dismiss as no inquiry"), edge=INQUIRY.dismiss, duties=["4.3.1c"])
def dismiss(case: Case, *, by: Actor, reason: Dismissal.Reason, of: Case | None = None) -> Case:
    """What came in is no inquiry; it leaves every measure, and the reason stays."""
    if (reason == Dismissal.Reason.DUPLICATE) != (of is not None):
        raise Refused("duplicate_of_what", _("Name the case this one repeats."))
    Dismissal.objects.create(id=uuid7(), case=case, reason=reason, of=of, at=clock.now(), by_id=by.person)
    measures.touch(case)
    clocks.drop(case, *deadlines.OF_WORK)
    return case


@action("cases.inquiry.restore", _("Restore as an inquiry"), edge=INQUIRY.restore, duties=["4.3.1c"])
def restore(case: Case, *, by: Actor) -> Case:
    """It was an inquiry after all: back into the queue, with its clock as it would have run.

    A customer who has had a first reply is owed the next one.
    """
    Dismissal.objects.filter(case=case, undone_at__isnull=True).update(undone_at=clock.now())
    if case.first_reply_at:
        deadlines.open_target(deadlines.NEXT_REPLY, case, unit=case.unit)
    else:
        deadlines.open_target(deadlines.FIRST_REPLY, case, unit=case.unit, start=case.received_at)
    measures.touch(case)
    return case
