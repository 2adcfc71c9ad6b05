"""What the desk puts into the menu."""

from django.utils.translation import gettext_lazy as _

from plainspoken.desk.queries import notices, tasks, waiting
from plainspoken.ui import menu
from plainspoken.ui.menu import MenuItem, Place
from plainspoken.ui.request import Request


def _waiting(request: Request) -> int:
    return min(waiting.of(request).cases, waiting.CASES_MAX - 1)


def _tasks(request: Request) -> int:
    return min(waiting.of(request).tasks, tasks.COUNT_MAX - 1)


def _unseen(request: Request) -> int:
    return min(waiting.of(request).notices, notices.COUNT_MAX - 1)


menu.register(
    MenuItem("desk.home", _("Home"), "desk.home", "home", order=5, key="g h"),
    MenuItem("desk.inbox", _("Inbox"), "desk.inbox", "inbox", order=10, badge=_waiting, key="g i"),
    MenuItem("desk.due", _("Due"), "desk.due", "clock", order=20, key="g d"),
    MenuItem("desk.tasks", _("Tasks"), "desk.tasks", "checklist", order=30, badge=_tasks, key="g t"),
    MenuItem("desk.customers", _("Customers"), "desk.customers", "users", order=40, key="g c"),
    MenuItem("desk.measures", _("Measures"), "desk.measures", "chart-bar", order=50, key="g m"),
    MenuItem("desk.tags", _("Tags"), "desk.tags", "tags", "cases.tag.put", order=65),
    MenuItem("desk.ledger", _("Ledger"), "desk.ledger", "shield-check", "ledger.verify", order=70, key="g l"),
    MenuItem("desk.live", "", "desk.live", "", place=Place.LIVE),
    MenuItem("desk.bell", _("Notices"), "desk.bell", "bell", place=Place.BELL, badge=_unseen),
    MenuItem("desk.commands", _("Command bar"), "desk.commands", "command", place=Place.COMMANDS),
    MenuItem("desk.search", _("Search mail, people, numbers"), "desk.search", "search", place=Place.SEARCH),
)
