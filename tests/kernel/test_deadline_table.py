"""What the database holds of deadlines, and what several workers do with them at once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from plainspoken.kernel import ladder
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import DEADLINE, Deadline, Entry
from promises import DAY, HOUR, PROMISE, TUESDAY, drop, meet, pause, promise, reached, time_passes

pytestmark = pytest.mark.usefixtures("promises")


def forbidden() -> list[tuple[str, str]]:
    states = list(DEADLINE.states)
    return [
        pair for pair in product(states, states) if pair[0] != pair[1] and pair not in DEADLINE.transitions
    ]


def brought_to(state: str) -> None:
    deadline = promise()
    if state == "paused":
        pause(deadline, TUESDAY)
    elif state == "met":
        meet(TUESDAY)
    elif state == "dropped":
        drop(TUESDAY, PROMISE)


@pytest.mark.parametrize(("source", "target"), forbidden())
def test_the_database_refuses_every_other_transition(source: str, target: str) -> None:
    brought_to(source)
    met_at = TUESDAY if target == "met" else None
    with pytest.raises(DatabaseError, match="transition"), transaction.atomic():
        Deadline.objects.update(state=target, met_at=met_at)


@pytest.mark.parametrize("state", ["paused", "met", "dropped"])
def test_the_database_refuses_every_other_beginning(state: str) -> None:
    row = promise()
    with pytest.raises(DatabaseError, match="insert"), transaction.atomic():
        met_at = TUESDAY if state == "met" else None
        Deadline.objects.bulk_create([_copy(row, state=state, met_at=met_at)])


def _copy(row: Deadline, **changes: Any) -> Deadline:
    columns = {field.attname: getattr(row, field.attname) for field in Deadline._meta.concrete_fields}
    return Deadline(**{**columns, "id": uuid7(), "subject_id": uuid7(), **changes})


def test_a_met_one_says_when() -> None:
    promise()
    with pytest.raises(IntegrityError, match="kernel_deadline_met_says_when"), transaction.atomic():
        Deadline.objects.update(state="met")
    with pytest.raises(IntegrityError, match="kernel_deadline_met_says_when"), transaction.atomic():
        Deadline.objects.update(met_at=TUESDAY)


def test_what_is_due_is_found_by_index() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as queries:
            ladder.Reaching().claim(50)
        cursor.execute("EXPLAIN " + queries.captured_queries[-1]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "deadline_next" in plan, plan


def test_a_step_that_fails_is_looked_at_again_in_an_hour_and_the_rest_goes_on() -> None:
    row = promise()
    unknown = _copy(row, kind="tests.unknown")
    unknown.save(force_insert=True)
    now = row.steps[0] + timedelta(minutes=1)
    time_passes(now)
    assert reached() == ["remind"]
    unknown.refresh_from_db()
    assert unknown.next_at is not None
    assert abs(unknown.next_at - (now + ladder.LOOK_AGAIN_AFTER)) < timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_reach_each_step_once() -> None:
    row = promise()
    Deadline.objects.bulk_create([_copy(row) for _ in range(60)])
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        time_passes(TUESDAY + 30 * DAY)
        connection.close()

    _both(work)
    assert Entry.objects.filter(code="deadlines.reach").count() == 61 * 3
    assert Deadline.objects.filter(next_at__isnull=True, next_step=3).count() == 61


@pytest.mark.django_db(transaction=True)
def test_two_at_once_meet_it_once() -> None:
    promise()
    start, outcomes = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        outcomes.append(meet(TUESDAY + HOUR))
        connection.close()

    _both(work)
    assert sum(one is None for one in outcomes) == 1


def _both(work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
