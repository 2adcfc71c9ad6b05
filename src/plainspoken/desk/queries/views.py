"""Which saved views a person has: their own in their order, then those shared with a unit they work in."""

from django.db.models import Case, Q, QuerySet, Value, When

from plainspoken.desk.models import View
from plainspoken.kernel import clock
from plainspoken.kernel.actor import Actor
from plainspoken.organization import queries as organization
from plainspoken.organization import tree
from plainspoken.organization.models import Unit

OWN_MAX = 20
SHOWN_MAX = 30


def of(by: Actor) -> list[View]:
    """A view is shared with the members of its unit and of those below it, not with the heads above."""
    theirs = Q(owner=by.id)
    if by.unit:
        theirs |= Q(unit__in=[unit.pk for unit in tree.path(by.unit)])
    own_first = Case(When(owner=by.id, then=Value(0)), default=Value(1))
    rows = View.objects.filter(theirs).select_related("owner", "unit").order_by(own_first, "place", "id")
    return list(rows[:SHOWN_MAX])


def own(by: Actor) -> QuerySet[View]:
    return View.objects.filter(owner=by.id).select_related("unit").order_by("place", "id")


def led_by(by: Actor) -> QuerySet[Unit]:
    """The units the person heads today, and all below them: those they may share a view with."""
    if by.unit is None:
        return Unit.objects.none()
    today = organization.local_day(Unit.objects.get(pk=by.unit), clock.now())
    led = organization.held(today).filter(person=by.id, post__head=True).values_list("post__unit", flat=True)
    return Unit.objects.filter(pk__in=tree.below(led)).order_by("code")
