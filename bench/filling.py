"""Fill the database with the measured firm."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from django.core.management import call_command
from django.db.models import Model

from bench import copying, database, firm, moments
from bench.people import CASES_A_CUSTOMER, Clients
from bench.tales import Teller
from bench.words import Words
from plainspoken.cases.actions import intake
from plainspoken.kernel import clock, drain, measures, numbers, sealing
from plainspoken.kernel.models import Entry, MeasureDay, MeasureDirty, Node, Unsealed
from plainspoken.organization import queries

SEED = 20_260_101
CASES_A_BATCH = 1_000


def fill(size: int) -> None:
    """Empty it, found the firm, and write its cases with all that comes with them."""
    database.empty()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    chance, now = random.Random(SEED), clock.now()
    since = now - timedelta(days=moments.DAYS)
    firm.found(size, since)
    words = Words(chance)
    clients = Clients(words, size // CASES_A_CUSTOMER, queries.root().pk, since)
    teller = Teller(firm.house(), words, clients)
    _load(clients.rows())
    drain.run_until_empty("sealing")
    _load(_sealed(row for at in moments.received(size, now, chance) for row in teller.case(at)))
    for year, last in teller.numbers.items():
        numbers.go_on_after(intake.NUMBER_LETTER, year, last)
    _count(since.date(), now.date())
    database.vacuum()
    database.mark(size)


def _load(rows: Iterator[Model]) -> None:
    """A batch is as many rows as about CASES_A_BATCH cases have."""
    while some := list(islice(rows, CASES_A_BATCH * 25)):
        copying.load(some)


def _sealed(rows: Iterator[Model]) -> Iterator[Model]:
    """Each entry with its number and what the tree grows by, and one checkpoint over all at the end."""
    frontier = sealing.current()
    for row in rows:
        if isinstance(row, Unsealed):
            continue
        yield row
        if isinstance(row, Entry):
            seal = sealing.seal(frontier.size + 1, row)
            yield seal
            grown = frontier.append(bytes(seal.leaf))
            yield from (Node(level=level, index=index, hash=hashed) for (level, index), hashed in grown)
    yield sealing.checkpoint(frontier)


def _count(since: date, until: date) -> None:
    """The roll-up of all days at once."""
    day = timedelta(days=1)
    for code in measures.measures:
        MeasureDay.objects.bulk_create(measures.recount(code, since - day, until + day), batch_size=5_000)
    MeasureDirty.objects.all().delete()
