"""The sealer: numbers committed entries, appends them to the tree and signs a checkpoint.

Entries have no order by id, because transactions commit out of order; the order is the sealer's.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Max

from plainspoken.kernel import bulk, clock, crypto, drain, merkle
from plainspoken.kernel.models import Checkpoint, Node, Seal, Unsealed
from plainspoken.kernel.proofs import checkpoint_bytes

SEAL_ROWS = 5_000
SEALER_LOCK = 0x5EA1
DONE = "DELETE FROM kernel_ledger_unsealed WHERE entry_id = ANY(%s)"

Leaf = tuple[UUID, bytes]
"""An entry and the hash of its canonical bytes."""


class ForgedEntry(Exception):
    """An entry whose MAC is not ours: it came into the table behind the system's back."""


class Waiting(NamedTuple):
    """An entry without a number, as the sealer needs it."""

    pk: UUID
    body: bytes
    mac: bytes


class Growth(NamedTuple):
    """Rows of seals (number, entry, leaf, MAC) and of nodes (level, index, hash)."""

    seals: list[tuple[int, UUID, bytes, bytes]]
    nodes: list[tuple[int, int, bytes]]


class Sealing:
    def claim(self, limit: int) -> Sequence[Waiting]:
        """Entries without a number, in the order of their birth; one sealer at a time."""
        if not _alone():
            return []
        rows = Unsealed.objects.order_by("entry_id").values_list("entry_id", "entry__body", "entry__mac")
        return [Waiting(key, bytes(body), bytes(mac)) for key, body, mac in rows[:limit]]

    def work(self, rows: Sequence[Waiting]) -> None:
        """Number them, let the tree grow and sign what it has become."""
        ours = crypto.mac_checker()
        for entry in rows:
            if not ours(entry.body, entry.mac):
                raise ForgedEntry(str(entry.pk))
        frontier = current()
        keep(grown(frontier, [(entry.pk, merkle.leaf_hash(entry.body)) for entry in rows]))
        checkpoint(frontier).save(force_insert=True)
        with connection.cursor() as cursor:
            cursor.execute(DONE, [[entry.pk for entry in rows]])

    def stuck(self, row: Waiting, error: Exception) -> None:
        """A forged entry gets no number; `verify` names it. Whatever else goes wrong, none is left without one."""
        if not isinstance(error, ForgedEntry):
            raise error
        Unsealed.objects.filter(pk=row.pk).delete()


def grown(frontier: merkle.Frontier, leaves: Iterable[Leaf]) -> Growth:
    """These entries get the next numbers, from 1, and the tree grows by their leaf hashes."""
    mac = crypto.mac_maker()
    growth = Growth([], [])
    for entry, leaf in leaves:
        number = frontier.size + 1
        growth.seals.append((number, entry, leaf, mac(sealed_bytes(number, entry, leaf))))
        growth.nodes.extend((*place, hashed) for place, hashed in frontier.append(leaf))
    return growth


def keep(growth: Growth) -> None:
    """Write what has grown."""
    bulk.copy("kernel_ledger_seal", ("number", "entry_id", "leaf", "mac"), growth.seals)
    bulk.copy("kernel_ledger_node", ("level", "index", "hash"), growth.nodes)


def sealed_bytes(number: int, entry: UUID, leaf: bytes) -> bytes:
    """What the MAC of a seal covers."""
    return number.to_bytes(8, "big") + entry.bytes + leaf


def checkpoint(frontier: merkle.Frontier) -> Checkpoint:
    """A signed statement of size and root."""
    at, root = clock.now(), frontier.root()
    return Checkpoint(
        size=frontier.size,
        at=at,
        root=root,
        key=crypto.signing_key_id(),
        algorithm=crypto.SIGNED_WITH,
        signature=crypto.sign(checkpoint_bytes(frontier.size, root, at)),
    )


def current() -> merkle.Frontier:
    """The tree as it stands: its size and the full subtrees it is made of."""
    size = Seal.objects.aggregate(last=Max("number"))["last"] or 0
    places = merkle.peaks(size)
    return merkle.Frontier(size, [_node(level, index) for level, index in places])


def _node(level: int, index: int) -> bytes:
    return bytes(Node.objects.get(level=level, index=index).hash)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


drain.register("sealing", Sealing(), rows=SEAL_ROWS)
