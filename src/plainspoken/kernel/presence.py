"""Who is looking at a subject, and who is typing there: true for seconds, in no ledger, with no name in any notice.

A screen that is open says so again and again; one that fell silent is gone after `GONE_SECONDS`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Max

from plainspoken.kernel import clock, live
from plainspoken.kernel.models import Presence

GONE_SECONDS = 35
TYPING_SECONDS = 8
KEPT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Present:
    person: UUID
    typing: bool


def arrive(screen: UUID, subject: UUID, person: UUID) -> None:
    """A screen shows the subject. What was left by processes that died is taken away by whoever comes."""
    now = clock.now()
    Presence.objects.filter(seen_at__lt=now - timedelta(seconds=KEPT_SECONDS)).delete()
    Presence.objects.create(id=screen, subject_id=subject, person_id=person, seen_at=now)
    _tell(subject)


def stay(screen: UUID) -> None:
    """The screen is open still."""
    Presence.objects.filter(pk=screen).update(seen_at=clock.now())


def leave(screen: UUID, subject: UUID) -> None:
    """The screen was closed or shows something else."""
    Presence.objects.filter(pk=screen).delete()
    _tell(subject)


def type_at(subject: UUID, person: UUID) -> None:
    """The person is typing there, on one of the screens that are open."""
    now = clock.now()
    rows = Presence.objects.filter(subject_id=subject, person_id=person)
    fresh = rows.filter(typing_at__gt=now - timedelta(seconds=TYPING_SECONDS)).exists()
    if rows.update(typing_at=now) and not fresh:
        _tell(subject)


def rest(subject: UUID, person: UUID) -> None:
    """The person has said it or thrown it away."""
    rows = Presence.objects.filter(subject_id=subject, person_id=person, typing_at__isnull=False)
    if rows.update(typing_at=None):
        _tell(subject)


def at(subject: UUID, *, but: UUID) -> Iterator[Present]:
    """Everybody else who is there, always in the same order."""
    now = clock.now()
    there = Presence.objects.filter(subject_id=subject, seen_at__gt=now - timedelta(seconds=GONE_SECONDS))
    people = there.exclude(person_id=but).values("person_id").annotate(typing=Max("typing_at"))
    for one in people.order_by("person_id"):
        typing = one["typing"] and one["typing"] > now - timedelta(seconds=TYPING_SECONDS)
        yield Present(one["person_id"], bool(typing))


def _tell(subject: UUID) -> None:
    live.send([live.Notice(live.PRESENCE, subject)])
