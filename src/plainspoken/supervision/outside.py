"""Bringing a checkpoint out of the house: a file in a folder that is written once, or a letter."""

import json
import os
from pathlib import Path

from plainspoken.channels.email import compose, send
from plainspoken.kernel import clock, exporting
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Checkpoint
from plainspoken.supervision.models import Place

READ_BYTES_MAX = 64 * 1024
TEXT = """存证台账检查点：截至 {at}（UTC），共 {size} 条记录。
根哈希：{root}

请原样保存附件，并存放在系统管理员无法触及之处：日后可据此证明台账未被截短或改写。

A checkpoint of the ledger: {size} entries at {at} (UTC).
Root hash: {root}

Keep the attachment as it is, where nobody who administers the system can reach it. With it can be shown later
that the ledger was neither cut short nor rewritten.
"""


class NotKept(Exception):
    """The checkpoint is not where it should be, or it is not known that it is."""

    def __init__(self, trouble: Place.Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def bring(one: Checkpoint, place: Place) -> None:
    """Raises NotKept."""
    content = json.dumps(exporting.outside(one), indent=1).encode() + b"\n"
    if place.folder:
        _into_folder(Path(place.folder), file_name(one), content)
    else:
        _by_letter(one, place, content)


def file_name(one: Checkpoint) -> str:
    """In a listing they stand in their order."""
    return f"checkpoint-{one.size:012}.json"


def _into_folder(folder: Path, name: str, content: bytes) -> None:
    """A folder that keeps what is written once (WORM) takes no second name and no second writing."""
    try:
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        _check_same(folder / name, content)
    except OSError as error:
        raise NotKept(Place.Trouble.FOLDER) from error


def _check_same(file: Path, content: bytes) -> None:
    try:
        with file.open("rb") as stream:
            standing = stream.read(READ_BYTES_MAX)
    except OSError as error:
        raise NotKept(Place.Trouble.FOLDER) from error
    if standing != content:
        raise NotKept(Place.Trouble.OTHER)


def _by_letter(one: Checkpoint, place: Place, content: bytes) -> None:
    assert place.mailbox, "An address has the mailbox from which its letters leave."
    key, mailbox = uuid7(), place.mailbox
    root = bytes(one.root).hex()
    text = TEXT.format(size=f"{one.size:,}", root=root, at=one.at.isoformat(" ", "seconds")[:19])
    letter = compose.Outgoing(
        message_id=f"{key}@{mailbox.address.rpartition('@')[2]}",
        own_id=str(key),
        date=clock.now(),
        from_name=mailbox.name_zh,
        from_address=mailbox.address,
        to_name="",
        to_address=place.address,
        subject=f"存证台账检查点 · Checkpoint of the ledger: {one.size:,}",
        text=text,
        language="zh-Hans",
        attachments=(compose.File(file_name(one), "application/json", content),),
        automatic=True,
    )
    try:
        send.send(mailbox, place.address, compose.compose(letter), key)
    except (send.TryLater, send.NotAccepted, send.Uncertain, OSError) as error:
        raise NotKept(Place.Trouble.MAIL) from error
