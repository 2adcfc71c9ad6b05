"""What the desk puts into the menu."""

from django.utils.translation import gettext_lazy as _

from plainspoken.desk.queries import inbox
from plainspoken.ui import menu
from plainspoken.ui.menu import MenuItem
from plainspoken.ui.request import Request


def _waiting(request: Request) -> int:
    by = request.reader.actor
    return min(inbox.waiting_for(by), inbox.COUNT_MAX - 1) if by else 0


menu.register(MenuItem("desk.inbox", _("Inbox"), "desk.inbox", "inbox", order=10, badge=_waiting))
