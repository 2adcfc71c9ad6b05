"""Where the story plays: the firm's people as actors, its calendar, and time that moves on by events."""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from plainspoken.kernel import clock, drain, worktime
from plainspoken.kernel.actor import Actor
from plainspoken.organization import actors, queries
from plainspoken.organization.models import Person

SEED = 2026
A_MOMENT = timedelta(seconds=1)
NEXT_DUE = """
SELECT least(
    (SELECT min(leaves_at) FROM conversations_outgoing WHERE state = 'waiting'),
    (SELECT min(next_at) FROM kernel_deadline WHERE state = 'running')
)
"""
WAITING = """
SELECT array_remove(ARRAY[
    CASE WHEN EXISTS (SELECT FROM channels_raw WHERE state = 'waiting') THEN 'intake' END,
    CASE WHEN EXISTS (SELECT FROM kernel_delivery WHERE done_at IS NULL AND stuck_at IS NULL)
        THEN 'subscriptions' END,
    CASE WHEN EXISTS (SELECT FROM conversations_outgoing WHERE state = 'waiting' AND leaves_at <= %(now)s)
        THEN 'outbox' END,
    CASE WHEN EXISTS (SELECT FROM kernel_deadline WHERE state = 'running' AND next_at <= %(now)s)
        THEN 'deadlines' END
], NULL)
"""
Steps = Iterator[datetime]


class Stage:
    """`ends` is the present. Everything that is left to chance comes from one seed."""

    def __init__(self, ends: datetime) -> None:
        self.ends = ends
        self.chance = random.Random(SEED)  # noqa: S311
        self.calendar = queries.calendar_of(queries.root())
        self.zone = ZoneInfo(self.calendar.tz)
        today = queries.today(queries.root())
        self.people = {person.username: person for person in Person.objects.order_by("username")}
        self.staff: dict[str, Actor] = {
            name: actors.of(person, today) for name, person in self.people.items()
        }

    def later(self, moment: datetime, least: int, most: int) -> datetime:
        """Some working minutes after a moment."""
        return worktime.add_minutes(self.calendar, moment, self.chance.randint(least, most)).at

    def soon(self, moment: datetime, least_h: float, most_h: float) -> datetime:
        """Some hours after a moment, as customers keep them: not in the night."""
        at = moment + timedelta(hours=self.chance.uniform(least_h, most_h))
        local = at.astimezone(self.zone)
        return at + timedelta(hours=8) if local.hour < 7 else at

    def ago(self, minutes: int) -> datetime:
        """The latest moment from which on that many working minutes are over by now."""
        early, late = self.ends - timedelta(days=30), self.ends
        while late - early > timedelta(minutes=1):
            middle = early + (late - early) / 2
            enough = worktime.minutes_between(self.calendar, middle, self.ends) >= minutes
            early, late = (middle, late) if enough else (early, middle)
        return early


def play(tales: Iterable[Steps], until: datetime) -> None:
    """Let the tales go on, each step at its moment, and what flows flow in between, up to a moment.

    A tale yields the moment of its next step; one whose next step lies ahead of `until` stays unfinished.
    """
    waiting = [(next(tale), number, tale) for number, tale in enumerate(tales)]
    heapify(waiting)
    while waiting and waiting[0][0] <= until:
        moment, number, tale = heappop(waiting)
        _pass_time(moment)
        with clock.moved(moment):
            following = next(tale, None)
            _flow()
        if following:
            heappush(waiting, (max(following, moment + A_MOMENT), number, tale))
    _pass_time(until)


def _pass_time(until: datetime) -> None:
    """What leaves and what falls due does so at its own moment."""
    while (due := _next_due()) and due <= until:
        with clock.moved(due + A_MOMENT):
            _flow()


def _flow() -> None:
    """Run the drains that have something to do, until none has; the others wait for the end of the story."""
    while names := _one_row(WAITING, clock.now())[0]:
        for name in names:
            drain.drains[name].batch()


def _next_due() -> datetime | None:
    due: datetime | None = _one_row(NEXT_DUE)[0]
    return due


def _one_row(query: str, *values: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, dict(zip(("now",), values, strict=False)))
        row: tuple[Any, ...] = cursor.fetchone()
    return row
