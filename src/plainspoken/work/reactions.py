"""What becomes a task by itself, or rings the bell."""

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.actor import Actor
from plainspoken.kernel.subscriptions import Event, on
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Firm, Person
from plainspoken.work import actions, kinds

LEDGER_CHANGED = kinds.task(
    "work.ledger_changed", _("The ledger is not what it was: run plainspoken verify and find out why")
)

FACTOR_TAKEN = kinds.notice("work.factor_taken", _("An administrator took away your second factor"))


@on("chores.finish", may=["work.task.open"], sound=False)
def ledger_changed(event: Event, *, by: Actor) -> None:
    """The daily look at the ledger found a row that was changed behind the system's back."""
    actions.open_task(
        organization.administration(),
        by=by,
        kind=LEDGER_CHANGED.code,
        about=Firm.objects.get(),
        trouble=event.facts["trouble"],
    )


@on("organization.second_factor.take_away", may=["work.notice.tell"])
def factor_taken(event: Event, *, by: Actor) -> None:
    """If it was not the person who asked, this is how they hear of it."""
    actions.tell(Person.objects.get(pk=event.subject_id), by=by, kind=FACTOR_TAKEN.code)
