"""Whether the ledger is what it was: every entry, opening, seal, node and checkpoint, in the sealer's order.

Two things cannot be seen from inside: an end of the ledger taken away together with its seals, nodes and
checkpoints, and a past sealed anew by somebody who holds key and database. Checkpoints kept outside the house
answer both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Power
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import contents, crypto, merkle, proofs, proving
from plainspoken.kernel.contents import Bad
from plainspoken.kernel.errors import Text
from plainspoken.kernel.models import Checkpoint, Entry, Node, Opening, Seal, Unsealed

ROWS = 2_000
NUMBER_MAX = 2**63 - 1
SEALED_LATE = timedelta(hours=1)

WORDS: dict[str, Text] = {
    "body_changed": _("its content was changed after it was sealed"),
    "checkpoint_missing": _("it is sealed, but no checkpoint covers it"),
    "column_changed": _("a column was changed"),
    "entry_missing": _("it was deleted"),
    "left_unsealed": _("it was hidden from the sealer"),
    "node_changed": _("a hash of the tree was changed or deleted"),
    "node_unknown": _("a hash was put into the tree"),
    "not_ours": _("it was not written by this system"),
    "opening_changed": _("a text or personal value was changed"),
    "opening_missing": _("its texts and personal values were deleted"),
    "root_differs": _("the entries lead to another root than the one signed"),
    "seal_missing": _("the seal of this number was deleted"),
    "seal_not_ours": _("its number, entry or hash was changed, or it was put in"),
    "signature_wrong": _("it was not signed by this system, or was changed"),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """The first thing that is not what it was: its row, and a code of WORDS (`:column` where one differs)."""

    row: str
    what: str

    @property
    def words(self) -> str:
        code, _separator, column = self.what.partition(":")
        return f"{WORDS[code]} ({column})" if column else str(WORDS[code])


@dataclass(slots=True)
class Report:
    """`sealed` entries were looked at in order, `unsealed` are younger than the last sealing.

    Of the first `relied_on` entries only the tree under a signed checkpoint was looked at.
    """

    sealed: int = 0
    unsealed: int = 0
    checkpoints: int = 0
    relied_on: int = 0
    trouble: Trouble | None = None


def verify(*, newest: int | None = None) -> Report:
    """Look at everything, or at about the `newest` entries on top of an older checkpoint.

    Stops at the first trouble. What is written meanwhile is not in the report.
    """
    report = Report()
    try:
        base = _base(newest)
        _sealed(report, base)
        _unsealed(report, base.at - SEALED_LATE if base else None)
        if base is None:
            _left_behind()
    except Bad as bad:
        report.trouble = Trouble(bad.row, bad.what)
    return report


def _base(newest: int | None) -> Checkpoint | None:
    """The checkpoint that is relied on, None to begin at the first entry."""
    if newest is None:
        return None
    return Checkpoint.objects.filter(size__lte=_last() - newest).order_by("-size").first()


def _last() -> int:
    return Checkpoint.objects.aggregate(size=Max("size"))["size"] or 0


def _sealed(report: Report, base: Checkpoint | None) -> None:
    last, frontier = _last(), _frontier(base)
    report.relied_on = frontier.size
    while frontier.size < last:
        rows = contents.sealed(frontier.size, last, ROWS)
        if not rows:
            raise _cut_off(frontier.size + 1, last)
        _check_nodes(_grow(frontier, rows, report))
    _check_newer_seals()


def _frontier(base: Checkpoint | None) -> merkle.Frontier:
    """The tree at the checkpoint that is relied on, from the stored nodes."""
    if base is None:
        return merkle.Frontier()
    places = merkle.peaks(base.size)
    nodes = proving.stored(places)
    for level, index in places:
        if len(nodes.get((level, index), b"")) != merkle.HASH_BYTES:
            raise Bad(f"node {level}/{index}", "node_changed")
    frontier = merkle.Frontier(base.size, [nodes[place] for place in places])
    _check_checkpoint(base, frontier)
    return frontier


def _grow(
    frontier: merkle.Frontier, rows: Sequence[contents.Sealed], report: Report
) -> dict[merkle.Place, bytes]:
    sizes = (frontier.size + 1, rows[-1][0].number)
    checkpoints = {row.size: row for row in Checkpoint.objects.filter(size__range=sizes)}
    check = contents.checker()
    grown: dict[merkle.Place, bytes] = {}
    for seal, content in rows:
        if seal.number != frontier.size + 1:
            raise Bad(f"seal {frontier.size + 1}", "seal_missing")
        check(seal, content)
        grown.update(frontier.append(seal.leaf))
        report.sealed += 1
        if checkpoint := checkpoints.get(frontier.size):
            _check_checkpoint(checkpoint, frontier)
            report.checkpoints += 1
    return grown


def _check_checkpoint(checkpoint: Checkpoint, frontier: merkle.Frontier) -> None:
    _check_signature(checkpoint)
    if bytes(checkpoint.root) != frontier.root():
        raise Bad(f"checkpoint {checkpoint.size}", "root_differs")


def _check_signature(checkpoint: Checkpoint) -> None:
    signed = proofs.checkpoint_bytes(checkpoint.size, bytes(checkpoint.root), checkpoint.at)
    ours = checkpoint.algorithm == crypto.SIGNED_WITH and checkpoint.key
    if not ours or not crypto.signed(signed, bytes(checkpoint.signature), checkpoint.key):
        raise Bad(f"checkpoint {checkpoint.size}", "signature_wrong")


def _cut_off(number: int, last: int) -> Bad:
    """The first seal that the last checkpoint counts and that is gone, unless the checkpoint is forged."""
    _check_signature(Checkpoint.objects.get(pk=last))
    return Bad(f"seal {number}", "seal_missing")


def _check_newer_seals() -> None:
    """Every seal is covered by a checkpoint: the sealer writes both at once."""
    for seal, _content in contents.sealed(_last(), NUMBER_MAX, 1):
        contents.seal_checker()(seal)
        raise Bad(f"seal {seal.number}, entry {seal.entry}", "checkpoint_missing")


def _check_nodes(grown: dict[merkle.Place, bytes]) -> None:
    """The stored nodes, from which proofs are made, against those of the entries."""
    stored = proving.between(grown)
    for place in sorted(grown):
        if stored.get(place) != grown[place]:
            raise Bad(f"node {place[0]}/{place[1]}", "node_changed")


def _unsealed(report: Report, since: datetime | None) -> None:
    """Entries without a seal: young ones, or ones that came in behind the system's back."""
    check = contents.content_checker()
    for waits, content in contents.unsealed(since):
        check(content)
        if not waits:
            raise Bad(f"entry {content.entry}", "left_unsealed")
        report.unsealed += 1


def _left_behind() -> None:
    """What a deleted entry leaves, and nodes that belong to no entry."""
    entry = Entry.objects.filter(pk=OuterRef("pk"))
    for rows in (Unsealed.objects.filter(~Exists(entry)), Opening.objects.filter(~Exists(entry))):
        if orphan := rows.order_by("pk").values_list("pk", flat=True).first():
            raise Bad(f"entry {orphan}", "entry_missing")
    last = Coalesce(Subquery(Seal.objects.order_by("-number").values("number")[:1]), 0)
    ends = Node.objects.annotate(end=(F("index") + 1) * Power(2, F("level")))
    outside = ends.filter(Q(end__gt=last) | Q(level__lt=0) | Q(index__lt=0))
    if node := outside.order_by("level", "index").first():
        raise Bad(f"node {node.level}/{node.index}", "node_unknown")
