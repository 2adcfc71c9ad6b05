"""What is done at the desk and belongs to no slice below."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from plainspoken.desk.models import View
from plainspoken.desk.queries import views
from plainspoken.kernel import exporting
from plainspoken.kernel import verify as ledger
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.ledger import Code
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Firm, Person, Unit

ENTRIES_LOOKED_AT = 20_000
# Whoever stands at the console of the machine: who that is, the machine's own log says.
EXPORTER = system("desk.exporter", "ledger.export")


@action("ledger.verify", _("Verify the ledger"), creates=True)
def verify(firm: Firm, *, by: Actor) -> ledger.Report:
    """Look whether the newest entries of the ledger are what they were; `plainspoken verify` looks at all."""
    report = ledger.verify(newest=ENTRIES_LOOKED_AT)
    record(
        sealed=report.sealed, unsealed=report.unsealed, checkpoints=report.checkpoints, on=report.relied_on
    )
    if report.trouble:
        record(row=Code(report.trouble.row), what=Code(report.trouble.what))
    return report


@action("ledger.export", _("Export the ledger"), creates=True)
def export(
    firm: Firm, *, by: Actor, since: date | None = None, until: date | None = None, openings: bool = False
) -> exporting.Scope:
    """Say what of the ledger leaves the house as a file: all of it, or the firm's days from `since` to `until`."""
    try:
        if since or until:
            scope = exporting.part(since, until, _moments(since, until), openings=openings)
        else:
            scope = exporting.whole(openings=openings)
    except exporting.NothingSealed:
        raise Refused("nothing_sealed", _("There is no sealed entry in what was asked for.")) from None
    record(first=scope.first, last=scope.last, size=scope.end.size)
    return scope


@action("desk.view.save", _("Save a view of the list"))
def save_view(person: Person, *, by: Actor, name: str, asked: str) -> View:
    """Keep what the list was asked for under a name of one's own; the newest stands last."""
    if person.pk != by.id:
        raise Refused("not_your_view", _("A view belongs to the person who saved it."))
    standing = list(views.own(by))
    if len(standing) >= views.OWN_MAX:
        raise Refused("too_many_views", _("You have as many views as there may be. Remove one first."))
    place = standing[-1].place + 1 if standing else 0
    view = View(id=uuid7(), owner=person, name=name, asked=asked, place=place)
    _named(view)
    record(view=view)
    return view


@action("desk.view.rename", _("Rename a view"))
def rename_view(view: View, *, by: Actor, name: str) -> None:
    """Another name for one's own view."""
    _ones_own(view, by)
    view.name = name
    _named(view)


@action("desk.view.move_up", _("Move a view up"))
def move_view_up(view: View, *, by: Actor) -> None:
    """One's own view changes places with the one before it; the first stays the first."""
    _ones_own(view, by)
    before = views.own(by).filter(place__lt=view.place).last()
    if before:
        before.place, view.place = view.place, before.place
        before.save(update_fields=["place"])
        view.save(update_fields=["place"])


@action("desk.view.remove", _("Remove a view"))
def remove_view(view: View, *, by: Actor) -> None:
    """One's own view is no more, for those it was shared with neither."""
    _ones_own(view, by)
    View.objects.filter(pk=view.pk).delete()


@action("desk.view.share", _("Share a view with a unit"))
def share_view(view: View, *, by: Actor, unit: Unit) -> None:
    """The head of a unit lets its members, and those of the units below, see one's own view."""
    _ones_own(view, by)
    if not views.led_by(by).filter(pk=unit.pk).exists():
        raise Refused("not_head_of_unit", _("Only the head of a unit shares a view with it."))
    view.unit = unit
    view.save(update_fields=["unit"])


@action("desk.view.unshare", _("Stop sharing a view"))
def unshare_view(view: View, *, by: Actor) -> None:
    """One's own view is seen by oneself only."""
    _ones_own(view, by)
    view.unit = None
    view.save(update_fields=["unit"])


def _moments(since: date | None, until: date | None) -> tuple[datetime, datetime]:
    """When the first day begins and the last one ends, where the firm is."""
    zone = organization.time_zone(organization.root())
    begins = datetime.combine(since, time(), zone) if since else datetime.min.replace(tzinfo=UTC)
    ends = (
        datetime.combine(until + timedelta(days=1), time(), zone)
        if until
        else datetime.max.replace(tzinfo=UTC)
    )
    return begins, ends


def _ones_own(view: View, by: Actor) -> None:
    if view.owner_id != by.id:
        raise Refused("not_your_view", _("A view belongs to the person who saved it."))


def _named(view: View) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Refused("view_name_taken", _("You have a view of this name already.")) from None
