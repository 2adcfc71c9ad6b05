"""Letters the system writes about a case."""

from datetime import datetime

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from plainspoken.cases import deadlines
from plainspoken.cases.models import Case
from plainspoken.content import queries as content
from plainspoken.content.models import Script
from plainspoken.conversations.actions import send
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel import deadlines as clocks
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.organization import queries as organization
from plainspoken.ui import moments


@action("cases.inquiry.acknowledge", _("Acknowledge receipt"), duties=["4.3.1a"])
def acknowledge(case: Case, *, by: Actor) -> None:
    """Number and first-reply target, once on opening; at most one a day to an address."""
    today = organization.local_day(case.unit, case.received_at)
    point = case.conversation.participants.select_related("contact_point").earliest("id").contact_point
    not_today = Q(acknowledged_on__isnull=True) | ~Q(acknowledged_on=today)
    if case.conversation.messages.filter(kind="in", machine_made=True).exists():
        return
    first_today = ContactPoint.objects.filter(not_today, pk=point.pk).update(acknowledged_on=today)
    record(sent=bool(first_today))
    if first_today:
        send.send_automatic(case.conversation, by=by, text=_acknowledgement(case))


def _acknowledgement(case: Case) -> str:
    spoken = case.conversation.spoken
    promise = clocks.running(case, deadlines.FIRST_REPLY).get()
    return content.filled(
        Script.Scene.ACKNOWLEDGEMENT, spoken, {"number": case.number, "until": told(case, promise.due_at)}
    )


def told(case: Case, moment: datetime) -> str:
    """A moment as we write it to the case's customer: their language, the clock of the legal entity."""
    with translation.override(case.conversation.spoken):
        return moments.long(moment, organization.time_zone(case.unit))
