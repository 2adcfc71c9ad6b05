"""What is done once a day without anybody asking; what each chore found stands in the ledger.

The day of the last time is in `kernel_chore`; an advisory lock keeps a second worker from doing the same. One
that fails is not noted as done: the drain logs why, and it is tried again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeAlias

import structlog
from django.db import connection
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import blobs, measures, verify
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import Chore

Found: TypeAlias = dict[str, Any]
KEEPER = system("kernel.chores", "chores.finish")
LOCK = 0xC402E
log = structlog.get_logger()
chores: dict[str, Callable[[], Found]] = {}


def register(name: str, work: Callable[[], Found]) -> None:
    """Have `work` done once a day; what it returns (codes, numbers) becomes facts of its entry."""
    assert name not in chores, f"two chores are called {name}"
    chores[name] = work


def do_due(today: Callable[[], date]) -> int:
    """Do each chore that was not done on this local day yet; how many were done here."""
    day = today()
    return sum(_do(name, day) for name in chores if not _done(name, day))


@action("chores.finish", _("Finish a daily chore"), unrecorded=["found"])
def finish(chore: Chore, *, by: Actor, day: date, found: Found) -> None:
    """The chore is done for the day, and this is what it found."""
    record(chore=Code(chore.name), **found)
    chore.done_on = day
    chore.save(update_fields=["done_on"])


def _do(name: str, day: date) -> bool:
    with _alone(name) as mine:
        if not mine or _done(name, day):
            return False
        found = chores[name]()
        chore, _made = Chore.objects.get_or_create(name=name, defaults={"id": uuid7()})
        finish(chore, by=KEEPER, day=day, found=found)
        return True


def _done(name: str, day: date) -> bool:
    return Chore.objects.filter(name=name, done_on__gte=day).exists()


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether no other worker is at it. The lock is the connection's: it ends with it, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK, name])
        [mine] = cursor.fetchone() or [False]
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK, name])


def _swept() -> Found:
    return {"deleted": blobs.sweep()}


def _recounted() -> Found:
    return {"differing_days": measures.recheck()}


def _verified() -> Found:
    report = verify.verify()
    found: Found = {
        "sound": report.trouble is None,
        "sealed": report.sealed,
        "unsealed": report.unsealed,
        "checkpoints": report.checkpoints,
    }
    if report.trouble:
        log.error("ledger.changed", row=report.trouble.row, what=report.trouble.what)
        found["trouble"] = Code(f"{report.trouble.row}: {report.trouble.what}")
    return found


register("blobs.sweep", _swept)
register("ledger.verify", _verified)
register("measures.recheck", _recounted)
