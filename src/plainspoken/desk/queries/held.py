"""Messages that were held: kept as they came, before a person."""

from django.db.models import QuerySet

from plainspoken.channels.models import Raw
from plainspoken.kernel import access
from plainspoken.kernel.actor import Actor

COUNT_MAX = 100


def held(by: Actor) -> QuerySet[Raw]:
    """Those of the person's mailboxes."""
    return access.visible(Raw.objects.filter(state="held").select_related("mailbox"), by)


def waiting(by: Actor) -> QuerySet[Raw]:
    """The same, no more than COUNT_MAX."""
    return held(by)[:COUNT_MAX]
