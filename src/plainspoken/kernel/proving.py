"""Making the proof that an entry stands in the ledger; `proofs` checks it."""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from django.db import connection

from plainspoken.kernel import crypto, merkle, proofs
from plainspoken.kernel.merkle import Place
from plainspoken.kernel.models import Checkpoint, Entry, Seal

STORED = """
    SELECT level, index, hash FROM kernel_ledger_node
    JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (at, place) ON level = at AND index = place"""
BETWEEN = """
    SELECT level, index, hash FROM kernel_ledger_node
    JOIN unnest(%s::smallint[], %s::bigint[], %s::bigint[]) AS wanted (at, first, last)
    ON level = at AND index BETWEEN first AND last"""


class NotSealed(Exception):
    """The sealer has not come to the entry yet; it does so within seconds."""


def of(entry: Entry) -> dict[str, Any]:
    """The proof that the entry is in the tree of the latest checkpoint. Raises NotSealed."""
    seal = Seal.objects.filter(entry_id=entry.pk).first()
    checkpoint = Checkpoint.objects.order_by("-size").first()
    if seal is None or checkpoint is None or checkpoint.size < seal.number:
        raise NotSealed(str(entry.pk))
    ranges = merkle.inclusion_ranges(seal.number - 1, 0, checkpoint.size)
    nodes = stored(merkle.places(ranges))
    return {
        "format": proofs.FORMAT,
        "hash": merkle.ALGORITHM,
        "entry": str(entry.pk),
        "body": b64encode(bytes(entry.body)).decode(),
        "leaf": bytes(seal.leaf).hex(),
        "index": seal.number - 1,
        "inclusion": [merkle.range_hash(nodes, one).hex() for one in ranges],
        "checkpoint": _said(checkpoint),
    }


def stored(places: Iterable[Place]) -> dict[Place, bytes]:
    """The hashes at those of the places that are full, in one query."""
    wanted = list(places)
    with connection.cursor() as cursor:
        cursor.execute(STORED, [[level for level, _ in wanted], [index for _, index in wanted]])
        return {(level, index): hashed for level, index, hashed in cursor.fetchall()}


def between(places: Iterable[Place]) -> dict[Place, bytes]:
    """The stored hashes of each level from the first to the last of these places; `stored` for many."""
    levels: dict[int, list[int]] = {}
    for level, index in places:
        levels.setdefault(level, []).append(index)
    with connection.cursor() as cursor:
        cursor.execute(BETWEEN, [list(levels), [*map(min, levels.values())], [*map(max, levels.values())]])
        return {(level, index): hashed for level, index, hashed in cursor.fetchall()}


def _said(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "size": checkpoint.size,
        "root": bytes(checkpoint.root).hex(),
        "at": checkpoint.at.isoformat(),
        "algorithm": checkpoint.algorithm,
        "key": checkpoint.key,
        "public_key": b64encode(crypto.public_key(checkpoint.key)).decode(),
        "signature": b64encode(bytes(checkpoint.signature)).decode(),
    }
