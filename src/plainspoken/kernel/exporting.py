"""The ledger as one file that anybody can check: a zip with the lines, the program that checks them, and a page.

`verify_ledger.py` says what the lines prove; docs/ledger-export.md names every field. Lines are written as they are
read, so that the size of the ledger is no matter of memory. A part of the ledger begins at a signed checkpoint and
ends at one: entries between those and the part itself are there as hashes only.
"""

import importlib.resources
import io
import json
import os
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from plainspoken.kernel import crypto, merkle, proving, verify_ledger
from plainspoken.kernel.models import Checkpoint, Entry, Seal

ROWS = 5_000
CHECKER = "verify_ledger.py"
PAGE = {"README.txt": "verify_ledger.txt", CHECKER: CHECKER}
# Most of a line is hashes, which no effort makes smaller.
COMPRESSION = 1


class NothingSealed(Exception):
    """There is no sealed entry in what was asked for."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Entries `first` to `last`, proved by the tree from the checkpoint `base` (None: the beginning) to `end`.

    `since` and `until` are the days that were asked for, None where nothing was.
    """

    first: int
    last: int
    base: Checkpoint | None
    end: Checkpoint
    openings: bool
    since: date | None = None
    until: date | None = None


def whole(*, openings: bool) -> Scope:
    """All that is sealed. Raises NothingSealed."""
    end = Checkpoint.objects.order_by("-size").first()
    if end is None:
        raise NothingSealed
    return Scope(1, end.size, None, end, openings)


def part(
    since: date | None, until: date | None, moments: tuple[datetime, datetime], *, openings: bool
) -> Scope:
    """The entries of days, which begin and end at these moments. Raises NothingSealed.

    Numbers are given a moment after entries are made, so that a neighbour of another day may stand among them.
    """
    entries = Entry.objects.filter(at__gte=moments[0], at__lt=moments[1]).values("pk")
    found = Seal.objects.filter(entry_id__in=entries).aggregate(first=Min("number"), last=Max("number"))
    first, last = found["first"], found["last"]
    end = Checkpoint.objects.filter(size__gte=last).order_by("size").first() if last else None
    if end is None:
        raise NothingSealed
    base = Checkpoint.objects.filter(size__lt=first).order_by("-size").first()
    return Scope(first, last, base, end, openings, since, until)


def write(scope: Scope, file: Path) -> int:
    """Write the export into a new file only its owner can read; how many entries it holds. Raises OSError."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            written = _zip(scope, stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(unfinished, file)
    finally:
        unfinished.unlink()
    return written


def _zip(scope: Scope, stream: io.BufferedWriter) -> int:
    written = 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        with archive.open(verify_ledger.LEDGER, "w", force_zip64=True) as member:
            for line in lines(scope):
                written += "body" in line
                member.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        for name, source in PAGE.items():
            archive.writestr(name, importlib.resources.files(__package__).joinpath(source).read_bytes())
    return written


def lines(scope: Scope) -> Iterator[dict[str, Any]]:
    """The head, then entries in the order of their numbers and checkpoints where they stand, then the end."""
    yield _head(scope)
    size = scope.base.size if scope.base else 0
    if scope.base:
        nodes = proving.stored(merkle.peaks(size))
        peaks = [nodes[place].hex() for place in merkle.peaks(size)]
        yield {"kind": "base", **said(scope.base), "peaks": peaks}
    while size < scope.end.size:
        upto = min(size + ROWS, scope.end.size)
        yield from _some(scope, size, upto)
        size = upto
    yield {"kind": "end"}


def _head(scope: Scope) -> dict[str, Any]:
    base = scope.base.size if scope.base else 0
    keys = (
        Checkpoint.objects.filter(size__gte=base, size__lte=scope.end.size)
        .order_by()
        .values_list("key", flat=True)
    )
    return {
        "format": verify_ledger.FORMAT,
        "hash": merkle.ALGORITHM,
        "first": scope.first,
        "last": scope.last,
        "size": scope.end.size,
        "since": scope.since.isoformat() if scope.since else None,
        "until": scope.until.isoformat() if scope.until else None,
        "openings": scope.openings,
        "keys": {key: b64encode(crypto.public_key(key)).decode() for key in sorted(set(keys.distinct()))},
    }


def _some(scope: Scope, size: int, upto: int) -> Iterator[dict[str, Any]]:
    within = Checkpoint.objects.filter(size__gt=size, size__lte=upto)
    checkpoints = {one.size: one for one in within}
    for number, leaf, body, values in _rows(scope, size, upto):
        yield _entry(scope, number, leaf, body, values)
        if number in checkpoints:
            yield {"kind": "checkpoint", **said(checkpoints[number])}


def _entry(scope: Scope, number: int, leaf: bytes, body: bytes | None, values: str | None) -> dict[str, Any]:
    """One that was deleted has no body: whoever checks the file is told so."""
    line: dict[str, Any] = {"kind": "entry", "number": number, "leaf": bytes(leaf).hex()}
    if body is not None and scope.first <= number <= scope.last:
        line["body"] = bytes(body).decode(errors="replace")
        if scope.openings:
            line["opening"] = json.loads(values) if values else None
    return line


def _rows(scope: Scope, size: int, upto: int) -> list[tuple[int, bytes, bytes | None, str | None]]:
    values, join = (
        ("o.values::text", "LEFT JOIN kernel_ledger_opening o USING (entry_id)")
        if scope.openings
        else ("NULL", "")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.number, s.leaf, e.body, {values} FROM kernel_ledger_seal s"  # noqa: S608
            f" LEFT JOIN kernel_ledger_entry e ON e.id = s.entry_id {join}"
            " WHERE s.number > %s AND s.number <= %s ORDER BY s.number",
            [size, upto],
        )
        return list(cursor.fetchall())


def said(one: Checkpoint) -> dict[str, Any]:
    """What a checkpoint says, and its signature."""
    return {
        "size": one.size,
        "root": bytes(one.root).hex(),
        "at": one.at.isoformat(),
        "key": one.key,
        "algorithm": one.algorithm,
        "signature": b64encode(bytes(one.signature)).decode(),
    }


def outside(one: Checkpoint) -> dict[str, Any]:
    """A checkpoint as it is kept outside the house, with the key that proves it."""
    public = b64encode(crypto.public_key(one.key)).decode()
    return {"format": verify_ledger.CHECKPOINT_FORMAT, **said(one), "public_key": public}
