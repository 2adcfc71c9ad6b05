"""The Merkle tree of RFC 9162 section 2.1 with SHA-256: roots, proofs and their verification.

A *place* (level, index) is a full subtree: level 0 are the leaves, and (level, index) covers the leaves from
index * 2^level on. A *range* (start, end) is a subtree over the leaves from `start` up to, not including,
`end`, full or cut off at its right edge, as in draft-ietf-plants-merkle-tree-certs section 4. Leaves are
counted from 0. With the hashes of all places stored, a proof over n leaves reads O(log n) of them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

ALGORITHM = "sha256"
HASH_BYTES = 32
SIZE_BYTES = 8
EMPTY_ROOT = hashlib.sha256().digest()

Place = tuple[int, int]
Range = tuple[int, int]
Nodes = Mapping[Place, bytes]


class BadProof(Exception):
    """A proof that does not prove what it was given for."""


def leaf_hash(data: bytes) -> bytes:
    """RFC 9162 section 2.1.1: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 9162 section 2.1.1: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes (RFC 9162 section 2.1.1); of none it is the hash of nothing."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


@dataclass(slots=True)
class Frontier:
    """The full subtrees that make up a tree of `size` leaves, largest first: all that growing it needs."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert len(self.peaks) == self.size.bit_count()
        assert all(len(peak) == HASH_BYTES for peak in self.peaks)

    def append(self, leaf: bytes) -> list[tuple[Place, bytes]]:
        """Add a leaf hash; returns the places that are full now with their hashes, the leaf's first."""
        assert len(leaf) == HASH_BYTES
        level, index, made = 0, self.size, [((0, self.size), leaf)]
        while index & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            level, index = level + 1, index >> 1
            made.append(((level, index), leaf))
        self.peaks.append(leaf)
        self.size += 1
        return made

    def root(self) -> bytes:
        return _folded(self.peaks) if self.peaks else EMPTY_ROOT

    def to_bytes(self) -> bytes:
        """The size in 8 bytes, big-endian, and the hashes, largest subtree first."""
        return self.size.to_bytes(SIZE_BYTES, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """What `to_bytes` gave. Raises ValueError for anything else."""
        size, rest = int.from_bytes(data[:SIZE_BYTES], "big"), data[SIZE_BYTES:]
        if len(data) < SIZE_BYTES or len(rest) != size.bit_count() * HASH_BYTES:
            raise ValueError("These bytes are not a frontier.")
        return cls(size, [rest[at : at + HASH_BYTES] for at in range(0, len(rest), HASH_BYTES)])


def peaks(size: int) -> list[Place]:
    """The places of the full subtrees that make up a tree of that size, largest first."""
    return places([(0, size)])


def places(ranges: Iterable[Range]) -> list[Place]:
    """The places whose hashes `range_hash` needs for these ranges."""
    found = []
    for start, end in ranges:
        for level in reversed(range((end - start).bit_length())):
            if (end - start) >> level & 1:
                found.append((level, start >> level))
                start += 1 << level
    return found


def range_hash(nodes: Nodes, wanted: Range) -> bytes:
    """The root over the leaves of a range, made of the hashes of full subtrees."""
    return _folded([nodes[place] for place in places([wanted])])


def inclusion_ranges(index: int, start: int, end: int) -> list[Range]:
    """What an inclusion proof of leaf `index` in the subtree (start, end) consists of, nearest first.

    RFC 9162 section 2.1.3.1, where `start` is 0 and `end` the size of the tree.
    """
    assert is_subtree(start, end)
    assert start <= index < end
    found = []
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(start: int, end: int, size: int) -> list[Range]:
    """What proves that the subtree (start, end) is part of the tree of `size` leaves, nearest first.

    RFC 9162 section 2.1.4.1, where `start` is 0 and `end` the size of the older tree.
    """
    assert is_subtree(start, end)
    assert start < end <= size
    found: list[Range] = []
    left, right, whole = 0, size, True
    while (left, right) != (start, end):
        middle = left + _largest_power_below(right - left)
        if end <= middle:
            found.append((middle, right))
            right = middle
            continue
        found.append((left, middle))
        if start < middle:
            start, whole = middle, False
        left = middle
    return found[::-1] if whole else [(start, end), *reversed(found)]


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """RFC 9162 section 2.1.3.1: that leaf `index` is in the tree of `size` leaves."""
    return [range_hash(nodes, one) for one in inclusion_ranges(index, 0, size)]


def consistency_proof(nodes: Nodes, first: int, second: int) -> list[bytes]:
    """RFC 9162 section 2.1.4.1: that the tree of `first` leaves is the beginning of that of `second`."""
    return [range_hash(nodes, one) for one in consistency_ranges(0, first, second)]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 section 2.1.3.2. Raises BadProof."""
    verify_subtree_inclusion(index, 0, size, leaf, proof, root)


def verify_subtree_inclusion(
    index: int, start: int, end: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """RFC 9162 section 2.1.3.2, for the leaf's position within a subtree. Raises BadProof."""
    if not is_subtree(start, end):
        raise BadProof("no tree has such a subtree")
    if not start <= index < end:
        raise BadProof("the leaf lies outside the tree")
    _check_lengths([leaf, *proof])
    fn, sn, hashed = index - start, end - start - 1, leaf
    for step in proof:
        if sn == 0:
            raise BadProof("the proof is too long")
        if fn & 1 or fn == sn:
            hashed = node_hash(step, hashed)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            hashed = node_hash(hashed, step)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise BadProof("the proof is too short")
    if hashed != root:
        raise BadProof("the proof leads to another root")


def verify_consistency(first: int, second: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """RFC 9162 section 2.1.4.2. Raises BadProof, also for `first` = 0: every tree begins with nothing."""
    if first == 0:
        raise BadProof("of an empty tree nothing can be proved")
    verify_subtree_consistency(0, first, second, root1, root2, proof)


def verify_subtree_consistency(
    start: int, end: int, size: int, root1: bytes, root2: bytes, proof: Sequence[bytes]
) -> None:
    """RFC 9162 section 2.1.4.2, for a subtree with root1 in a tree with root2. Raises BadProof.

    An empty subtree (start = end) is part of every tree: that says nothing of `root2`.
    """
    if not is_subtree(start, end) or end > size:
        raise BadProof("no tree of this size has such a subtree")
    if start == end:
        if proof or root1 != EMPTY_ROOT:
            raise BadProof("an empty subtree has the root of nothing, and needs no proof")
        return
    _check_lengths([root1, root2, *proof])
    if _both_roots(start, end, size, root1, proof) != (root1, root2):
        raise BadProof("the proof leads to another root")


def _both_roots(start: int, end: int, size: int, root1: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of subtree and tree that the proof leads to, going up from the subtree's last full part."""
    fn, sn, tn = start, end - 1, size - 1
    while fn != sn and (sn & 1 or sn == tn):
        fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
    steps = [root1, *proof] if fn == sn else list(proof)
    if not steps:
        raise BadProof("the proof is too short")
    old = new = steps[0]
    for step in steps[1:]:
        if tn == 0:
            raise BadProof("the proof is too long")
        if sn & 1 or sn == tn:
            old = node_hash(step, old) if fn < sn else old
            new = node_hash(step, new)
            while not sn & 1:
                fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
        else:
            new = node_hash(new, step)
        fn, sn, tn = fn >> 1, sn >> 1, tn >> 1
    if tn:
        raise BadProof("the proof is too short")
    return old, new


def is_subtree(start: int, end: int) -> bool:
    """Whether the range is empty or starts at a multiple of the smallest power of two that covers it."""
    return 0 <= start <= end and (start == end or start % (1 << (end - start - 1).bit_length()) == 0)


def _check_lengths(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise BadProof(f"a hash has {HASH_BYTES} bytes")


def _folded(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbouring full subtrees, largest first."""
    hashed = hashes[-1]
    for left in reversed(hashes[:-1]):
        hashed = node_hash(left, hashed)
    return hashed


def _largest_power_below(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
