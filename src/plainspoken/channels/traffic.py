"""When mail last came to a mailbox and last left it. The slice that sends says how to find the second."""

from collections.abc import Callable
from datetime import datetime, timedelta

from plainspoken.channels.models import Mailbox, Raw
from plainspoken.kernel import clock
from plainspoken.kernel.ids import uuid7

LOOKED_BACK = timedelta(days=30)
Last = Callable[[Mailbox], datetime | None]
_last_out: list[Last] = []


def leaves_by(last: Last) -> Last:
    """Register how to find when mail last left a mailbox."""
    assert not _last_out, "two slices send mail"
    _last_out.append(last)
    return last


def last_in(mailbox: Mailbox) -> datetime | None:
    """Within the last thirty days."""
    since = uuid7(clock.now() - LOOKED_BACK)
    newest = Raw.objects.filter(mailbox=mailbox, pk__gte=since).order_by("-pk")
    return newest.values_list("arrived_at", flat=True).first()


def last_out(mailbox: Mailbox) -> datetime | None:
    """As `last_in`."""
    return _last_out[0](mailbox) if _last_out else None
