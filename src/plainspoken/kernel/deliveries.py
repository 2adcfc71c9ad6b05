"""The drain that gives subscribers what they are owed."""

from collections.abc import Callable, Sequence

from plainspoken.kernel import action, clock, drain, ledger
from plainspoken.kernel.models import Delivery
from plainspoken.kernel.subscriptions import CHAIN_DEPTH_MAX, Event, subscribers

TROUBLE_CHARACTERS_MAX = 200
_attention: list[Callable[[Delivery], None]] = []


class ChainTooDeep(Exception):
    """An entry that caused an entry that caused an entry: more than `CHAIN_DEPTH_MAX` times."""


def when_stuck(put_before_a_person: Callable[[Delivery], None]) -> None:
    """An upper slice says how a delivery that cannot be done comes before a person."""
    _attention.append(put_before_a_person)


class Deliveries:
    def claim(self, limit: int) -> Sequence[Delivery]:
        waiting = Delivery.objects.filter(done_at__isnull=True, stuck_at__isnull=True).order_by("id")
        return list(waiting.select_for_update(of=("self",), skip_locked=True).select_related("entry")[:limit])

    def work(self, rows: Sequence[Delivery]) -> None:
        for row in rows:
            _deliver(row)
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(done_at=clock.now())

    def stuck(self, row: Delivery, error: Exception) -> None:
        row.stuck_at = clock.now()
        row.trouble = f"{type(error).__name__}: {error}"[:TROUBLE_CHARACTERS_MAX]
        row.save(update_fields=["stuck_at", "trouble"])
        for put_before_a_person in _attention:
            put_before_a_person(row)


def _deliver(row: Delivery) -> None:
    if row.depth > CHAIN_DEPTH_MAX:
        raise ChainTooDeep(row.subscriber)
    subscriber = subscribers[row.subscriber]
    with action.chained(row.depth, row.entry_id):
        subscriber.run(_event(row), by=subscriber.actor)


def _event(row: Delivery) -> Event:
    entry = row.entry
    facts = ledger.facts(bytes(entry.body))
    return Event(entry.id, entry.code, entry.at, entry.subject_type, entry.subject_id, facts)


drain.register("subscriptions", Deliveries())
