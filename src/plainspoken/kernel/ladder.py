"""Time moves a deadline up its ladder: a drain finds the ones whose next step is reached."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import action, clock, deadlines, drain, measures
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import Deadline

REACHER = system("kernel.deadlines", "deadlines.reach")
LOOK_AGAIN_AFTER = timedelta(hours=1)


@action.action("deadlines.reach", _("Reach a step of a deadline"))
def reach(deadline: Deadline, *, by: Actor) -> None:
    """Time has reached the next step of the ladder; at the due moment the promise is broken."""
    step = deadlines.kinds[deadline.kind].steps[deadline.next_step]
    action.record(step=Code(step.name), kind=Code(deadline.kind), of=deadline.subject_id, due=deadline.due_at)
    if step.name == "breach":
        deadline.breached_at = deadline.breached_at or deadline.due_at
        measures.changed(deadline)
    deadline.next_step += 1
    deadlines.look_ahead(deadline)
    deadline.save(update_fields=["breached_at", "next_step", "next_at"])


class Reaching:
    """The drain that finds, by index, the deadlines whose next step is reached."""

    def claim(self, limit: int) -> Sequence[Deadline]:
        rows = Deadline.objects.filter(state="running", next_at__lte=clock.now()).order_by("next_at")
        return list(rows.select_for_update(skip_locked=True)[:limit])

    def work(self, rows: Sequence[Deadline]) -> None:
        for row in rows:
            reach(row, by=REACHER)

    def stuck(self, row: Deadline, error: Exception) -> None:
        """Look at it again in an hour: a promise is never forgotten because a step of its ladder failed."""
        row.next_at = clock.now() + LOOK_AGAIN_AFTER
        row.save(update_fields=["next_at"])


drain.register("deadlines", Reaching())
