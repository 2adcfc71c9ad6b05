"""What the firm file says of supervision: where checkpoints of the ledger are kept outside."""

from dataclasses import dataclass
from functools import partial

from plainspoken.channels.models import Mailbox
from plainspoken.organization import firmfile
from plainspoken.organization.firmfile import File, Row
from plainspoken.organization.models import Firm
from plainspoken.supervision import actions
from plainspoken.supervision.models import Place


@dataclass(frozen=True, kw_only=True)
class PlaceRow(Row):
    """`folder`, or `address` with the address of the `mailbox` from which the letters leave."""

    folder: str = ""
    address: str = ""
    mailbox: str = ""
    after_entries: int = Place.AFTER_ENTRIES


@firmfile.section("checkpoint_places", PlaceRow, order=130, may=["supervision.place.put"])
def places(rows: list[PlaceRow], file: File) -> None:
    for row in rows:
        with file.trying(row):
            _place(row, file)


def _place(row: PlaceRow, file: File) -> None:
    if row.after_entries < 1:
        raise file.trouble(row.at("after_entries"), "must be 1 or more")
    if row.folder and row.mailbox:
        raise file.trouble(row.at("mailbox"), "letters go to an address, not to a folder")
    mailbox = (
        file.find(Mailbox, row.mailbox.lower(), row.at("mailbox"), key="address") if row.mailbox else None
    )
    put = partial(
        actions.put,
        Firm.objects.get(),
        by=file.by,
        folder=row.folder,
        address=row.address,
        mailbox=mailbox,
        after_entries=row.after_entries,
    )
    standing = Place.objects.filter(folder=row.folder, address=row.address).first()
    values = {"mailbox": mailbox, "after_entries": row.after_entries}
    file.put(standing, values, put, f"checkpoint place {row.folder or row.address}")
