"""From one case to the next of the list it was opened from."""

from plainspoken.cases.models import Case
from plainspoken.desk import places
from plainspoken.desk.queries import inbox
from plainspoken.organization.request import actor
from plainspoken.ui.request import Request

NEXT = "next"


def onward(request: Request, case: Case) -> str:
    """Where to go when this case is done with, asked before it is: the next one if wanted, or the list at its end."""
    if request.POST.get("then") != NEXT:
        return places.to(request, "desk.case", case.pk)
    by = actor(request)
    before, after = inbox.beside(request, inbox.read(request, by), case, by)
    onto = after or before
    return places.to(request, "desk.case", onto.pk) if onto else places.to(request, "desk.inbox")
