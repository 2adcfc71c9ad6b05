"""Letters the system writes about a case."""

from datetime import date, datetime

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Case
from plainspoken.content import queries as content
from plainspoken.content.models import Script
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Message
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel import writing
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.organization import queries as organization
from plainspoken.ui import moments
from plainspoken.work import actions as work
from plainspoken.work import kinds

UNWRITTEN = kinds.task("cases.unwritten", _("The acknowledgement cannot be written: mend its script"))


@action("cases.inquiry.acknowledge", _("Acknowledge receipt"), duties=["4.3.1a"])
def acknowledge(case: Case, *, by: Actor, message: Message, until: datetime) -> None:
    """Number and first-reply target, once on opening; none to a machine, and at most one a day to an address."""
    point = message.contact_point
    assert point, "A message that came in has a sender."
    text = "" if message.machine_made else _acknowledgement(case, by, until)
    sent = bool(text) and _first_today(point, organization.local_day(case.unit, case.received_at))
    record(sent=sent)
    if sent:
        send.send_automatic(case.conversation, by=by, text=text, to=point)


def _acknowledgement(case: Case, by: Actor, until: datetime) -> str:
    """Empty where the firm's script cannot be filled: that is a task, and no reason to turn the message away."""
    values = {"number": case.number, "until": told(case, until)}
    try:
        return content.filled(Script.Scene.ACKNOWLEDGEMENT, case.conversation.spoken, values)
    except (content.NoScript, ValueError):
        work.open_task(
            organization.administration(), by=by, kind=UNWRITTEN.code, about=case, key=UNWRITTEN.code
        )
        return ""


def _first_today(point: ContactPoint, today: date) -> bool:
    """Whether no acknowledgement has gone there today; of two who ask at once one is told so."""
    if writing.is_new(point):
        first, point.acknowledged_on = point.acknowledged_on != today, today
        return first
    not_today = Q(acknowledged_on__isnull=True) | ~Q(acknowledged_on=today)
    return bool(ContactPoint.objects.filter(not_today, pk=point.pk).update(acknowledged_on=today))


def told(case: Case, moment: datetime) -> str:
    """A moment as we write it to the case's customer: their language, the clock of the legal entity."""
    with translation.override(case.conversation.spoken):
        return moments.long(moment, organization.time_zone(case.unit))
