"""When mail last left a mailbox, for the page of the mailbox."""

from datetime import datetime

from plainspoken.channels import traffic
from plainspoken.channels.models import Mailbox
from plainspoken.conversations.models import Outgoing
from plainspoken.kernel import clock
from plainspoken.kernel.ids import uuid7


@traffic.leaves_by
def last_left(mailbox: Mailbox) -> datetime | None:
    since = uuid7(clock.now() - traffic.LOOKED_BACK)
    left = Outgoing.objects.filter(
        message__conversation__mailbox=mailbox, left_at__isnull=False, pk__gte=since
    )
    return left.order_by("-pk").values_list("left_at", flat=True).first()
