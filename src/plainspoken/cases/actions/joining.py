"""A conversation we began belongs to a case: it is read there, answers are heard there, and there is a way back."""

from django.utils.translation import gettext_lazy as _

from plainspoken.cases import mergers
from plainspoken.cases.machine import WORKING
from plainspoken.cases.models import Case, Joining
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Conversation
from plainspoken.kernel import clock
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7


@action("cases.conversation.join", _("Merge a conversation into a case"), duties=["4.3.1b"])
def join(conversation: Conversation, *, by: Actor, into: Case) -> Joining:
    """What we began is about the matter of a case of the same customer; the units of both see both."""
    into = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=into.pk)
    _one_matter(conversation, into)
    joining = Joining.objects.create(
        id=uuid7(), conversation=conversation, into=into, at=clock.now(), by_id=by.person
    )
    into.last_at = max(into.last_at, conversation.last_at)
    into.save(update_fields=["last_at"])
    for one in into.conversation.units.exclude(unit__in=conversation.units.values("unit")):
        send.show_to(conversation, one.unit)
    send.keep_apart(conversation, into.conversation)
    record(case=into)
    return joining


@action("cases.conversation.part", _("Take a conversation out of a case"), duties=["4.3.1b"])
def part(conversation: Conversation, *, by: Actor) -> None:
    """They were two matters after all: what the customer answers here becomes a case of its own again."""
    joining = mergers.joining(conversation)
    if joining is None:
        raise Refused("not_joined", _("This conversation belongs to no case."))
    joining.undone_at = clock.now()
    joining.save(update_fields=["undone_at"])
    record(case=joining.into_id)


def _one_matter(conversation: Conversation, into: Case) -> None:
    if Case.objects.filter(conversation=conversation).exists():
        raise Refused("has_a_case", _("This conversation has a case of its own. Merge that case."))
    if mergers.joining(conversation):
        raise Refused(
            "joined_already", _("This conversation belongs to a case already. Bring it back first.")
        )
    if into.customer_id != conversation.customer_id:
        raise Refused(
            "case_of_another_customer",
            _("The case belongs to another customer: neither may read what the other wrote."),
        )
    if into.state not in ("received", *WORKING):
        raise Refused("case_not_open", _("The case is not in work. Reopen it first."))
