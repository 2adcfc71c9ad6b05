"""Fill the database with the measured firm: two processes write the cases, this one seals what they wrote."""

import gc
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from multiprocessing import get_context
from uuid import UUID

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from bench import bare, copying, database, firm, moments
from bench.people import CASES_A_CUSTOMER, Clients
from bench.tales import Teller
from bench.words import Words
from plainspoken.cases.actions.intake import NUMBER_LETTER
from plainspoken.kernel import clock, drain, measures, merkle, numbers, sealing
from plainspoken.kernel.models import Entry, MeasureDirty
from plainspoken.kernel.sealing import Leaf
from plainspoken.organization import queries

SEED = 20_260_101
WRITERS = 2
DUE = """
    UPDATE cases_case SET due_at = first.due_at FROM (
        SELECT subject_id, min(due_at) AS due_at FROM kernel_deadline WHERE state = 'running' GROUP BY subject_id
    ) AS first WHERE cases_case.id = first.subject_id"""
CASES_A_BATCH = 1_000
ENTRIES_A_CHECKPOINT = 10
DAY = timedelta(days=1)
FILLED = ("kernel", "customers", "channels", "conversations", "cases")


@dataclass(frozen=True, slots=True)
class Batch:
    """The cases received at these moments, numbered after those before them; or, without moments, customers."""

    number: int
    moments: Sequence[datetime]
    numbered: Counter[int]
    clients: range


def fill(size: int) -> None:
    """Empty it, found the firm, and write its cases with all that comes with them."""
    database.empty()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    chance, now = random.Random(SEED), clock.now()
    since = now - timedelta(days=moments.DAYS)
    firm.found(size, since)
    drain.run_until_empty("sealing")
    times = moments.received(size, now, chance)
    words = Words(chance)
    writer = _Writer(
        Teller(firm.house(), words, Clients(words, size // CASES_A_CUSTOMER, queries.root().pk, since))
    )
    with bare.tables(model for app in FILLED for model in apps.get_app_config(app).get_models()):
        _seal(writer.all(times))
    for year, last in Counter(at.year for at in times).items():
        numbers.go_on_after(NUMBER_LETTER, year, last)
    finish(times[0].date() - DAY, now.date() + DAY)
    database.mark(size)


def finish(since: date, until: date) -> None:
    """What triggers and drains would have written: when cases are due, and the figures. Plans need statistics first."""
    database.vacuum()
    with connection.cursor() as cursor:
        cursor.execute(DUE)
    MeasureDirty.objects.all().delete()
    measures.fill(since, until)
    database.vacuum()


class _Writer:
    """Writes batches in processes of its own; what a batch holds depends on the seed and its number alone."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller

    def all(self, times: Sequence[datetime]) -> Iterator[list[Leaf]]:
        """Write everything; gives the leaves of each batch, in its order."""
        connection.close()
        gc.freeze()
        with ProcessPoolExecutor(WRITERS, get_context("fork"), _hold, (self,)) as processes:
            try:
                yield from processes.map(_write, self.batches(times))
            finally:
                processes.shutdown(cancel_futures=True)
        gc.unfreeze()

    def batches(self, times: Sequence[datetime]) -> Iterator[Batch]:
        customers = len(self.teller.clients.known)
        starts = range(0, customers, CASES_A_BATCH)
        for at in starts:
            yield Batch(at, (), Counter(), range(at, min(at + CASES_A_BATCH, customers)))
        numbered: Counter[int] = Counter()
        for at in range(0, len(times), CASES_A_BATCH):
            some = times[at : at + CASES_A_BATCH]
            yield Batch(customers + at, some, numbered.copy(), range(0))
            numbered.update(one.year for one in some)

    def write(self, batch: Batch) -> list[Leaf]:
        chance = random.Random(f"{SEED} {batch.number}")
        self.teller.begin(chance, batch.numbered)
        rows = [row for at in batch.moments for row in self.teller.case(at)]
        rows += self.teller.clients.rows(batch.clients)
        copying.load(rows)
        entries = sorted((row for row in rows if isinstance(row, Entry)), key=lambda one: one.at)
        return [(UUID(str(entry.pk)), merkle.leaf_hash(bytes(entry.body))) for entry in entries]


_held: list[_Writer] = []


def _hold(writer: _Writer) -> None:
    gc.disable()
    _held.append(writer)


def _write(batch: Batch) -> list[Leaf]:
    return _held[0].write(batch)


def _seal(batches: Iterable[Sequence[Leaf]]) -> None:
    """Each entry gets its number and the tree grows, signed after every few, as by a sealer that never waits."""
    frontier = sealing.current()
    for leaves in batches:
        growths, signed = [sealing.Growth([], [])], []
        for at in range(0, len(leaves), ENTRIES_A_CHECKPOINT):
            growths.append(sealing.grown(frontier, leaves[at : at + ENTRIES_A_CHECKPOINT]))
            signed.append(sealing.checkpoint(frontier))
        sealing.keep(
            sealing.Growth(*(list(chain.from_iterable(kind)) for kind in zip(*growths, strict=True)))
        )
        copying.load(signed)
