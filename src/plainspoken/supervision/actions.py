"""Keeping the ledger's checkpoints where nobody who administers this installation can reach them."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from plainspoken.channels.models import Mailbox
from plainspoken.kernel import clock
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import Checkpoint
from plainspoken.kernel.subscriptions import Event, on
from plainspoken.organization import queries as organization
from plainspoken.organization.actions import rows
from plainspoken.organization.models import Firm
from plainspoken.supervision import outside
from plainspoken.supervision.models import Place
from plainspoken.work import kinds
from plainspoken.work.actions import open_task, settle_all

NOT_KEPT = kinds.task(
    "supervision.not_kept", _("A checkpoint of the ledger could not be kept outside: look at the place")
)


@action("supervision.place.put", _("Set up a place for checkpoints"), creates=True, unrecorded=["shown"])
def put(
    firm: Firm,
    *,
    by: Actor,
    after_entries: int,
    folder: str = "",
    address: str = "",
    mailbox: Mailbox | None = None,
    shown: str | None = None,
) -> Place:
    """Keep checkpoints in a folder, or mail them to an address; putting the same place again changes the rest."""
    rows.check_shown(Place, shown, folder=folder, address=address)
    _check(folder, address, mailbox)
    values = {"mailbox": mailbox, "after_entries": after_entries}
    place, made = Place.objects.update_or_create(
        folder=folder, address=address, defaults=values, create_defaults={"id": uuid7(), **values}
    )
    record(place=place, made=made)
    return place


@action("supervision.place.remove", _("Remove a place for checkpoints"))
def remove(place: Place, *, by: Actor) -> None:
    """No more checkpoints go there; those that are there stay."""
    rows.remove(place)


@action("supervision.place.keep", _("Keep a checkpoint outside"))
def keep(place: Place, *, by: Actor) -> Checkpoint:
    """Bring the newest checkpoint to the place; one that is there already is not brought again."""
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is None:
        raise Refused("nothing_to_keep", _("Nothing is sealed yet: there is no checkpoint to keep."))
    record(size=newest.size, root=Code(bytes(newest.root).hex()))
    try:
        outside.bring(newest, place)
    except outside.NotKept as error:
        raise Refused(error.trouble.value, error.trouble.label) from error
    place.kept_size, place.kept_at, place.trouble, place.trouble_at = newest.size, clock.now(), "", None
    place.save(update_fields=["kept_size", "kept_at", "trouble", "trouble_at"])
    return newest


@action("supervision.place.note_trouble", _("Note that a checkpoint was not kept outside"))
def note_trouble(place: Place, *, by: Actor, trouble: Place.Trouble) -> None:
    """The place could not be reached: it is tried again, and a task stands before the administrators."""
    place.trouble, place.trouble_at = trouble, clock.now()
    place.save(update_fields=["trouble", "trouble_at"])
    open_task(organization.administration(), by=by, kind=NOT_KEPT.code, about=place, trouble=trouble.value)


@on("supervision.place.keep", may=["work.task.settle"])
def kept_again(event: Event, *, by: Actor) -> None:
    """The place is reached again: nobody has to look any more."""
    place = Place.objects.filter(pk=event.subject_id).first()
    if place and not place.trouble:
        settle_all(NOT_KEPT.code, place, by=by)


@on("supervision.place.remove", may=["work.task.settle"])
def gone(event: Event, *, by: Actor) -> None:
    """What is no place any more is no trouble."""
    settle_all(NOT_KEPT.code, Place(pk=event.subject_id), by=by)


def _check(folder: str, address: str, mailbox: Mailbox | None) -> None:
    if bool(folder) == bool(address):
        raise Refused("folder_or_address", _("Name a folder or an address, one of the two."))
    if address and not mailbox:
        raise Refused("mailbox_missing", _("Say from which mailbox the letters leave."))
    path = Path(folder)
    if folder and not path.is_absolute():
        raise Refused("folder_not_absolute", _("Write the whole path of the folder, from the root on."))
    if folder and path.resolve().is_relative_to(Path(settings.HOME).resolve()):
        raise Refused(
            "folder_inside", _("This folder lies inside the installation. Choose one that others look after.")
        )
