"""The ledger against checkpoints that left the house: what `verify` cannot see from inside.

Whoever holds database and keys can cut the end off, or write another past and sign it; not what lies elsewhere.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Max

from plainspoken.kernel import crypto, merkle, proving, verify_ledger
from plainspoken.kernel.models import Checkpoint
from plainspoken.kernel.verify_ledger import Bad

STRANGER = "strange_key"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many checkpoints agree, and up to which entry; `trouble` says what does not, in English."""

    agreed: int = 0
    size: int = 0
    trouble: str = ""


def compare(folder: Path) -> Agreement:
    """Each checkpoint of the folder against the stored tree, which `verify` has found to be that of the entries."""
    agreed = size = 0
    try:
        last = Checkpoint.objects.aggregate(size=Max("size"))["size"] or 0
        for one in sorted(verify_ledger.outside(folder).values()):
            _check(one, last)
            agreed, size = agreed + 1, one.size
    except Bad as bad:
        return Agreement(agreed, size, f"{bad.words()[1]} [{bad.code}]")
    return Agreement(agreed, size)


def _check(one: verify_ledger.Checkpoint, last: int) -> None:
    name = hashlib.sha256(one.public).hexdigest()[:16]
    if not _ours(one.public, name):
        raise Bad(STRANGER, one.size, name)
    if one.size > last:
        raise Bad("cut_off", last, one.size)
    places = merkle.peaks(one.size)
    nodes = proving.stored(places)
    if merkle.Frontier(one.size, [nodes[place] for place in places]).root() != one.root:
        raise Bad("past_differs", one.size)


def _ours(public: bytes, name: str) -> bool:
    """Whether secrets.toml holds the key, now or from before."""
    try:
        return crypto.public_key(name) == public
    except crypto.CannotOpen:
        return False
