"""The Merkle tree: the vectors of others, the definition of RFC 9162, and proofs that nobody can bend."""

import json
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plainspoken.kernel import merkle
from plainspoken.kernel.merkle import BadProof, Frontier

VECTORS = Path(__file__).resolve().parents[3] / "shared/data/merkle/testdata"
VECTOR_COUNT = 518

NOT_A_HASH = "its two roots are the same 12 bytes: no tree has such a root, and a hash has 32 bytes"
# Path of a vector -> why we decide otherwise than its `wantErr`. The vectors that accept an empty subtree
# beside any root are followed, because nothing is claimed of that root.
DECIDED_OTHERWISE = {
    "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json": NOT_A_HASH,
    "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json": NOT_A_HASH,
}

SIZE_MAX = 300
LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(SIZE_MAX)]
GROWN = Frontier()
NODES = dict(node for leaf in LEAVES for node in GROWN.append(leaf))


def defined_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return merkle.node_hash(defined_root(leaves[:half]), defined_root(leaves[half:]))


def holds(verify: Callable[..., None], *given: Any) -> bool:
    try:
        verify(*given)
    except BadProof:
        return False
    return True


def follow(path: Path) -> bool:
    """Whether we accept the proof of a vector."""
    vector = json.loads(path.read_text())
    proof = [b64decode(step) for step in vector["proof"] or []]
    roots = [b64decode(vector[name]) for name in ("root", "root1", "root2") if name in vector]
    leaf = b64decode(vector.get("leafHash", ""))
    match path.relative_to(VECTORS).parts[0]:
        case "inclusion":
            return holds(
                merkle.verify_inclusion, vector["leafIdx"], vector["treeSize"], leaf, proof, roots[0]
            )
        case "subtreeinclusion":
            place = (vector["leafIdx"], vector["start"], vector["end"])
            return holds(merkle.verify_subtree_inclusion, *place, leaf, proof, roots[0])
        case "consistency":
            return holds(merkle.verify_consistency, vector["size1"], vector["size2"], *roots, proof)
        case "subtreeconsistency":
            place = (vector["start"], vector["end"], vector["size"])
            return holds(merkle.verify_subtree_consistency, *place, *roots, proof)
    raise AssertionError(f"vectors of an unknown kind: {path}")


@pytest.mark.skipif(not VECTORS.is_dir(), reason=f"the vectors of others are not there: {VECTORS}")
@pytest.mark.parametrize("kind", ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"])
def test_the_vectors_of_others_are_decided_as_they_say(kind: str) -> None:
    for path in sorted((VECTORS / kind).rglob("*.json")):
        accepted = not json.loads(path.read_text())["wantErr"]
        if path.relative_to(VECTORS).as_posix() in DECIDED_OTHERWISE:
            accepted = not accepted
        assert follow(path) == accepted, path


@pytest.mark.skipif(not VECTORS.is_dir(), reason=f"the vectors of others are not there: {VECTORS}")
def test_no_vector_is_left_out() -> None:
    assert len(list(VECTORS.rglob("*.json"))) == VECTOR_COUNT


def test_hashes_are_those_of_the_rfc() -> None:
    assert merkle.EMPTY_ROOT == merkle.root([]) == sha256(b"").digest()
    assert merkle.leaf_hash(b"L") == sha256(b"\x00L").digest()
    assert merkle.node_hash(b"l", b"r") == sha256(b"\x01lr").digest()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 100, SIZE_MAX])
def test_the_root_is_the_one_defined(size: int) -> None:
    assert merkle.root(LEAVES[:size]) == defined_root(LEAVES[:size])


@given(st.integers(0, SIZE_MAX), st.integers(0, SIZE_MAX))
def test_a_frontier_written_down_grows_on_as_if_nothing_had_happened(first: int, more: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:first]:
        frontier.append(leaf)
    read = Frontier.from_bytes(frontier.to_bytes())
    assert read == frontier == Frontier(first, [NODES[place] for place in merkle.peaks(first)])
    for leaf in LEAVES[first : first + more]:
        read.append(leaf)
    assert read.root() == merkle.root(LEAVES[: first + more])


@pytest.mark.parametrize("bad", [b"", b"\0" * 7, b"\0" * 9, b"\0" * 7 + b"\x01", b"\0" * 8 + b"\0" * 32])
def test_other_bytes_are_no_frontier(bad: bytes) -> None:
    with pytest.raises(ValueError, match="not a frontier"):
        Frontier.from_bytes(bad)


def test_every_full_subtree_is_told_once_with_its_own_hash() -> None:
    frontier = Frontier()
    made = [node for leaf in LEAVES for node in frontier.append(leaf)]
    assert len(made) == len(dict(made)) == sum(SIZE_MAX >> level for level in range(SIZE_MAX.bit_length()))
    for (level, index), hashed in made:
        assert hashed == defined_root(LEAVES[index << level : index + 1 << level])


sizes = st.integers(1, SIZE_MAX)


@st.composite
def subtrees(draw: st.DrawFn) -> tuple[int, int, int]:
    """A subtree that is not empty, and the size of a tree that has it."""
    size = draw(sizes)
    end = draw(st.integers(1, size))
    start = draw(st.sampled_from([start for start in range(end) if merkle.is_subtree(start, end)]))
    return start, end, size


@given(sizes, st.data())
def test_inclusion_is_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(NODES, index, size)
    merkle.verify_inclusion(index, size, LEAVES[index], proof, defined_root(LEAVES[:size]))


@given(sizes, sizes)
def test_consistency_is_proved(first: int, second: int) -> None:
    first, second = sorted([first, second])
    proof = merkle.consistency_proof(NODES, first, second)
    roots = defined_root(LEAVES[:first]), defined_root(LEAVES[:second])
    merkle.verify_consistency(first, second, *roots, proof)


@given(subtrees(), st.data())
def test_subtrees_are_proved(subtree: tuple[int, int, int], data: st.DataObject) -> None:
    start, end, size = subtree
    index = data.draw(st.integers(start, end - 1))
    part, whole = defined_root(LEAVES[start:end]), defined_root(LEAVES[:size])
    inside = [merkle.range_hash(NODES, one) for one in merkle.inclusion_ranges(index, start, end)]
    merkle.verify_subtree_inclusion(index, start, end, LEAVES[index], inside, part)
    beside = [merkle.range_hash(NODES, one) for one in merkle.consistency_ranges(start, end, size)]
    merkle.verify_subtree_consistency(start, end, size, part, whole, beside)


def test_every_consistency_up_to_sixteen_leaves() -> None:
    for size in range(1, 17):
        for end in range(1, size + 1):
            for start in [one for one in range(end) if merkle.is_subtree(one, end)]:
                proof = [merkle.range_hash(NODES, one) for one in merkle.consistency_ranges(start, end, size)]
                part, whole = defined_root(LEAVES[start:end]), defined_root(LEAVES[:size])
                merkle.verify_subtree_consistency(start, end, size, part, whole, proof)


def bent(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """The proof with one step changed, left out, or added."""
    at = data.draw(st.integers(0, len(proof)))
    longer = [*proof[:at], data.draw(st.binary(min_size=32, max_size=32)), *proof[at:]]
    if at == len(proof):
        return longer
    bit = data.draw(st.integers(0, 255))
    flipped = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(32, "big")
    return data.draw(
        st.sampled_from([longer, [*proof[:at], *proof[at + 1 :]], [*proof[:at], flipped, *proof[at + 1 :]]])
    )


@given(sizes, st.data())
def test_a_bent_inclusion_proof_fails(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = bent(data, merkle.inclusion_proof(NODES, index, size))
    assert not holds(merkle.verify_inclusion, index, size, LEAVES[index], proof, merkle.root(LEAVES[:size]))


@given(sizes, st.data())
def test_another_leaf_at_another_place_is_not_included(size: int, data: st.DataObject) -> None:
    index, other = (data.draw(st.integers(0, size - 1)) for _ in range(2))
    assume(index != other)
    proof, root = merkle.inclusion_proof(NODES, index, size), merkle.root(LEAVES[:size])
    assert not holds(merkle.verify_inclusion, index, size, LEAVES[other], proof, root)
    assert not holds(merkle.verify_inclusion, other, size, LEAVES[index], proof, root)


@given(subtrees(), st.data())
def test_a_bent_consistency_proof_fails(subtree: tuple[int, int, int], data: st.DataObject) -> None:
    start, end, size = subtree
    ranges = merkle.consistency_ranges(start, end, size)
    proof = bent(data, [merkle.range_hash(NODES, one) for one in ranges])
    part, whole = merkle.root(LEAVES[start:end]), merkle.root(LEAVES[:size])
    assert not holds(merkle.verify_subtree_consistency, start, end, size, part, whole, proof)


@given(st.integers(2, SIZE_MAX), st.data())
@settings(max_examples=50)
def test_a_rewritten_past_is_not_consistent(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, first - 1))
    past = [*LEAVES[:changed], merkle.leaf_hash(b"rewritten"), *LEAVES[changed + 1 : first]]
    proof = merkle.consistency_proof(NODES, first, size)
    roots = merkle.root(past), merkle.root(LEAVES[:size])
    assert not holds(merkle.verify_consistency, first, size, *roots, proof)


def test_a_proof_over_ten_million_leaves_reads_few_places() -> None:
    size = 10_000_019
    for index in (0, 1, 5_000_000, size - 1):
        assert len(merkle.places(merkle.inclusion_ranges(index, 0, size))) <= 2 * size.bit_length()
    assert len(merkle.places(merkle.consistency_ranges(0, 7_654_321, size))) <= 3 * size.bit_length()


def test_what_was_never_a_subtree_is_refused() -> None:
    assert not merkle.is_subtree(1, 3)
    assert not merkle.is_subtree(2, 1)
    assert not merkle.is_subtree(-1, 0)
    assert not holds(merkle.verify_subtree_inclusion, 3, 3, 5, LEAVES[3], [], LEAVES[3])
    assert not holds(merkle.verify_subtree_consistency, 0, 3, 2, LEAVES[0], LEAVES[0], [])
