"""All that is measured, in order: what only reads first, so that each run meets the same firm."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bench import database, figures, filling, live, mail, pages, parts, tree
from bench.figures import Figure
from plainspoken.kernel import chores, clock
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Chore

BENCHES: dict[str, Callable[[int], list[Figure]]] = {
    "start": parts.start,
    "memory": parts.memory,
    "inbox": pages.inboxes,
    "case": pages.cases,
    "search": pages.searches,
    "found": mail.found,
    "live": live.live,
    "measures": pages.measures,
    "recount": parts.recount,
    "proof": tree.proof,
    "verify": parts.verify,
    "seal": parts.seal,
    "reply": pages.replies,
    "intake": mail.intake,
    "smtp": mail.smtp,
}


def prepare(size: int, *, keep: bool = False) -> None:
    """Fill what is not filled; or `keep` what was filled by an earlier generator, in the schema of today."""
    if keep and database.was_filled(size):
        database.renew(size)
    elif not database.is_filled(size):
        began = time.monotonic()
        filling.fill(size)
        print(f"filled with {size:,} cases in {time.monotonic() - began:.0f} s", flush=True)


def run(size: int, out: Path, only: list[str]) -> None:
    """Measure what is asked for, and tell."""
    _sleep_well()
    found: list[Figure] = []
    for name, measure in BENCHES.items():
        if not only or name in only:
            began = time.monotonic()
            found += measure(size)
            print(f"{name} measured in {time.monotonic() - began:.0f} s", flush=True)
    figures.written(found, out)
    print(figures.table(found))


def _sleep_well() -> None:
    """The chores of the night are done: what they take is measured by itself (`verify`, `recount`)."""
    tomorrow = clock.now().date() + timedelta(days=1)
    for name in chores.chores:
        Chore.objects.get_or_create(name=name, defaults={"id": uuid7()})
    Chore.objects.update(done_on=tomorrow)
