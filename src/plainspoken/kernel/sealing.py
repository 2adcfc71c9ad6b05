"""The sealer: numbers committed entries, appends them to the tree and signs a checkpoint.

Entries have no order by id, because transactions commit out of order; the order is the sealer's.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Max

from plainspoken.kernel import clock, crypto, drain, merkle
from plainspoken.kernel.models import Checkpoint, Entry, Node, Seal, Unsealed
from plainspoken.kernel.proofs import checkpoint_bytes

SEAL_ROWS = 5_000
SEALER_LOCK = 0x5EA1


class ForgedEntry(Exception):
    """An entry whose MAC is not ours: it came into the table behind the system's back."""


class Sealing:
    def claim(self, limit: int) -> Sequence[Entry]:
        """Entries without a number, in the order of their birth; one sealer at a time."""
        if not _alone():
            return []
        waiting = Unsealed.objects.select_related("entry").order_by("entry__at", "entry_id")
        return [row.entry for row in waiting[:limit]]

    def work(self, rows: Sequence[Entry]) -> None:
        """Number them, let the tree grow and sign what it has become."""
        for entry in rows:
            if not crypto.mac_is(bytes(entry.body), bytes(entry.mac)):
                raise ForgedEntry(str(entry.pk))
        frontier = current()
        seals = [seal(number, entry) for number, entry in enumerate(rows, frontier.size + 1)]
        grown = [node for one in seals for node in frontier.append(bytes(one.leaf))]
        Seal.objects.bulk_create(seals)
        Node.objects.bulk_create(
            Node(level=level, index=index, hash=hashed) for (level, index), hashed in grown
        )
        Checkpoint.objects.bulk_create([checkpoint(frontier)])
        Unsealed.objects.filter(pk__in=[entry.pk for entry in rows]).delete()

    def stuck(self, row: Entry, error: Exception) -> None:
        """A forged entry gets no number; `verify` names it."""
        Unsealed.objects.filter(pk=row.pk).delete()


def seal(number: int, entry: Entry) -> Seal:
    """The seal of an entry under a number, from 1."""
    leaf = merkle.leaf_hash(bytes(entry.body))
    code = crypto.mac(sealed_bytes(number, entry.pk, leaf))
    return Seal(number=number, entry_id=entry.pk, leaf=leaf, mac=code)


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
