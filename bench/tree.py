"""One proof out of ten million entries: a tree of that size beside the ledger, grown within the database."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from bench import browser
from bench.figures import Figure, p50, p95
from plainspoken.kernel import merkle, proofs, proving, sealing
from plainspoken.kernel.models import Entry, Seal

ENTRIES, ENTRIES_OF_A_SMALL_FIRM = 10_000_000, 10_000
SCHEMA = "bench_tree"
TABLES = ("kernel_ledger_seal", "kernel_ledger_node", "kernel_ledger_checkpoint")
LEAVES = """
    INSERT INTO kernel_ledger_node (level, index, hash)
    SELECT 0, at, COALESCE(leaf, sha256(int8send(at))) FROM generate_series(0, %s - 1) AS at
    LEFT JOIN kernel_ledger_seal ON number = at + 1"""
# RFC 9162, section 2.1.1: a node is the hash of 0x01 and its two children.
NODES = """
    INSERT INTO kernel_ledger_node (level, index, hash)
    SELECT %s, index / 2, sha256('\\x01'::bytea || string_agg(hash, ''::bytea ORDER BY index))
    FROM kernel_ledger_node WHERE level = %s GROUP BY index / 2 HAVING count(*) = 2"""


def proof(size: int) -> list[Figure]:
    """The proofs of entries all over the tree; that each holds is checked outside the time."""
    count = ENTRIES if browser.is_large(size) else ENTRIES_OF_A_SMALL_FIRM
    entries = list(Entry.objects.order_by("-at")[: browser.readings(size)])
    seconds = []
    with _grown(count, entries):
        for entry in [entries[0], *entries]:
            began = time.perf_counter()
            document = proving.of(entry)
            seconds.append(time.perf_counter() - began)
            proofs.check(document)
    return [Figure("proof", size, p50(seconds[1:]), p95(seconds[1:]), worst=f"{count:,} entries")]


@contextmanager
def _grown(count: int, entries: Sequence[Entry]) -> Iterator[None]:
    """Inside the block the ledger's tree is one of so many leaves, among them these entries."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        cursor.execute(f"SET search_path = {SCHEMA}, public")
        for table in TABLES:
            cursor.execute(f"CREATE UNLOGGED TABLE {table} (LIKE public.{table} INCLUDING IDENTITY)")
        _grow(count, entries)
        try:
            yield
        finally:
            cursor.execute("SET search_path = public")
            cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _grow(count: int, entries: Sequence[Entry]) -> None:
    places = [at * count // len(entries) for at in range(len(entries))]
    leaves = [merkle.leaf_hash(bytes(entry.body)) for entry in entries]
    Seal.objects.bulk_create(
        Seal(number=place + 1, entry_id=entry.pk, leaf=leaf, mac=b"")
        for place, entry, leaf in zip(places, entries, leaves, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(LEAVES, [count])
        for level in range(1, count.bit_length()):
            cursor.execute(NODES, [level, level - 1])
        cursor.execute("CREATE UNIQUE INDEX ON kernel_ledger_node (level, index)")
        cursor.execute("CREATE UNIQUE INDEX ON kernel_ledger_seal (entry_id)")
        cursor.execute("ANALYZE kernel_ledger_node, kernel_ledger_seal")
    peaks = merkle.peaks(count)
    nodes = proving.stored(peaks)
    sealing.checkpoint(merkle.Frontier(count, [nodes[place] for place in peaks])).save(force_insert=True)
