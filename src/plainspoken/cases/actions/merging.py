"""Two cases turn out to be one matter: one goes on, the other is read in it, and there is a way back."""

from django.utils.translation import gettext_lazy as _

from plainspoken.cases import deadlines, measures, mergers, rules
from plainspoken.cases.machine import INQUIRY, WORKING
from plainspoken.cases.models import Answer, Case, Merger
from plainspoken.conversations.actions import send
from plainspoken.kernel import clock
from plainspoken.kernel import deadlines as clocks
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import queries as organization
from plainspoken.work import actions as work
from plainspoken.work import kinds

MERGED_MAX = 20
MERGED = kinds.notice("cases.merged", _("A case was merged into yours"))


@action("cases.inquiry.merge", _("Merge into another case"), edge=INQUIRY.merge, duties=["4.3.1b", "4.3.1c"])
def merge(case: Case, *, by: Actor, into: Case) -> Merger:
    """The same matter of the same customer goes on in one case. What was promised in this one stays promised."""
    if case.owner_id:
        rules.owned_by(case, by)
    into = _held(into)
    _one_matter(case, into)
    merger = Merger.objects.create(
        id=uuid7(), case=case, into=into, state_before=case.state, at=clock.now(), by_id=by.person
    )
    clocks.give(case, unit=into.unit_id, owner=into.owner_id)
    into.last_at = max(into.last_at, case.last_at)
    into.save(update_fields=["last_at"])
    for one in into.conversation.units.exclude(unit__in=case.conversation.units.values("unit")):
        send.show_to(case.conversation, one.unit)
    send.keep_apart(case.conversation, into.conversation)
    measures.touch(case)
    if into.owner and into.owner_id != by.person:
        work.ring(organization.deputy_for(into.owner, organization.today(into.unit)), MERGED.code, into)
    return merger


@action("cases.inquiry.unmerge", _("Bring a merged case back"), edge=INQUIRY.unmerge, duties=["4.3.1b"])
def unmerge(case: Case, *, by: Actor) -> Case:
    """They were two matters after all: each goes on as it stood, with what was promised in it."""
    merger = Merger.objects.select_for_update(of=("self",)).get(case=case, undone_at__isnull=True)
    merger.undone_at = clock.now()
    merger.save(update_fields=["undone_at"])
    case.state = merger.state_before
    clocks.give(case, unit=case.unit_id, owner=case.owner_id)
    if not clocks.running(case).filter(kind__in=[kind.code for kind in deadlines.OF_WORK]).exists():
        deadlines.open_target(deadlines.NEXT_REPLY, case, unit=case.unit)
    measures.touch(case)
    record(into=merger.into_id)
    return case


def _held(into: Case) -> Case:
    """The other case under a lock. Two who merge crosswise do not wait for each other: one is refused."""
    rows = Case.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    held = rows.filter(pk=into.pk).first()
    if held is None:
        raise Refused("other_in_use", _("Somebody is working on the other case at this moment. Try again."))
    return held


def _one_matter(case: Case, into: Case) -> None:
    """Refuse what would mix customers, lose a promise or hide words from who has to answer them."""
    if into.pk == case.pk:
        raise Refused("into_itself", _("Name another case: this one cannot be merged into itself."))
    if into.customer_id != case.customer_id:
        raise Refused(
            "another_customer",
            _("The cases belong to different customers: neither may read what the other wrote."),
        )
    if into.state not in ("received", *WORKING):
        raise Refused("other_not_open", _("The other case is not in work. Reopen it first."))
    if Answer.objects.filter(case=case, message__outgoing__state__in=["waiting", "leaving"]).exists():
        raise Refused("answer_on_its_way", _("An answer to this case is about to leave. Wait until it has."))
    if mergers.absorbed(case).exists():
        raise Refused(
            "others_merged_here", _("Others were merged into this case. Merge the other way round.")
        )
    if mergers.absorbed(into).count() >= MERGED_MAX:
        raise Refused("merged_too_many", _("As many cases as can be followed were merged into it already."))
    if into.owner:
        rules.not_excluded(case, into.owner)
