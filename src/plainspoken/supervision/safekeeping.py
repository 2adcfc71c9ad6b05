"""When a checkpoint is to be kept outside: each day of the firm, and sooner when much has been written."""

from datetime import timedelta

from django.db.models import Max

from plainspoken.kernel import clock, drain
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.models import Checkpoint
from plainspoken.organization import queries as organization
from plainspoken.supervision import actions
from plainspoken.supervision.models import Place

KEEPER = system(
    "supervision.keeper", "supervision.place.keep", "supervision.place.note_trouble", "work.task.open"
)
TRIED_AGAIN_AFTER = timedelta(minutes=10)


def keep_due() -> int:
    """Keep a checkpoint in each place where it is time; how many were kept."""
    places = list(Place.objects.order_by("pk"))
    newest = Checkpoint.objects.aggregate(size=Max("size"))["size"] or 0 if places else 0
    return sum(try_to_keep(place, by=KEEPER) is None for place in places if due(place, newest))


def due(place: Place, newest: int) -> bool:
    """Whether a checkpoint of this size should be brought there now."""
    now = clock.now()
    tried_lately = place.trouble_at and now - place.trouble_at < TRIED_AGAIN_AFTER
    if newest <= place.kept_size or tried_lately:
        return False
    if place.kept_at is None or newest - place.kept_size >= place.after_entries:
        return True
    root = organization.root()
    return organization.local_day(root, place.kept_at) < organization.local_day(root, now)


def try_to_keep(place: Place, *, by: Actor) -> Refused | None:
    """What stood in the way, if anything did; a trouble of the place is noted, and becomes a task."""
    try:
        actions.keep(place, by=by)
    except Refused as refused:
        if refused.code in Place.Trouble.values:
            actions.note_trouble(place, by=KEEPER, trouble=Place.Trouble(refused.code))
        return refused
    return None


drain.register_batch("safekeeping", keep_due)
