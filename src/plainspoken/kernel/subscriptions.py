"""Upper slices pull: `@on("cases.inquiry.close")` names the code of an action below, or of its own slice.

A subscriber runs once per entry, as the SYSTEM actor named after it; its entries carry `cause`. A chain
deeper than `CHAIN_DEPTH_MAX` stops and is put before a person.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from plainspoken.kernel import drain
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.models import Delivery, Entry

CHAIN_DEPTH_MAX = 8


class Draft(Protocol):
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """What a subscriber is told: codes and ids, never free text."""

    entry: UUID
    code: str
    at: datetime
    subject_type: str
    subject_id: UUID
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subscriber:
    name: str
    code: str
    only: tuple[tuple[str, Any], ...]
    actor: Actor
    run: Callable[..., None]

    def wants(self, facts: dict[str, Any]) -> bool:
        return all(facts.get(name) == value for name, value in self.only)


subscribers: dict[str, Subscriber] = {}
_by_code: dict[str, list[Subscriber]] = defaultdict(list)


def on(code: str, *, may: Iterable[str], **only: Any) -> Callable[..., Any]:
    """Subscribe `f(event, *, by)` to the done entries of `code` whose facts equal `only`.

    `may` are the permissions of the subscriber's actor, which is named after it.
    """

    def decorate(body: Callable[..., None]) -> Callable[..., None]:
        name = f"{body.__module__.removeprefix('plainspoken.')}.{body.__name__}"
        assert name not in subscribers, f"two subscribers are called {name}"
        subscriber = Subscriber(name, code, tuple(only.items()), system(name, *may), body)
        subscribers[name] = subscriber
        _by_code[code].append(subscriber)
        return body

    return decorate


def queue(entries: list[Entry], drafts: list[Any], depth: int) -> None:
    """Note what each subscriber owes to the entries just written, in the same transaction."""
    owed = [
        Delivery(entry=entry, subscriber=subscriber.name, depth=depth + 1)
        for entry, draft in zip(entries, drafts, strict=True)
        for subscriber in _by_code.get(entry.code, ())
        if not entry.refusal and subscriber.wants(draft.facts)
    ]
    if owed:
        Delivery.objects.bulk_create(owed)
        drain.wake("subscriptions")
    drain.wake("sealing")
