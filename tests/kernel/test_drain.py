"""What flows: batches, the bad row alone, wake-ups that come and wake-ups that are lost."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

import world
from plainspoken.kernel import clock, drain
from plainspoken.kernel.ids import uuid7
from plainspoken.organization.models import Unit
from plainspoken.work.models import Task

PATIENCE_SECONDS = 20.0
NAME = "tests.drain"


class Rows:
    """Rows of a kind are done by writing a proof; a row whose key is bad cannot be done."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.error: Exception = ZeroDivisionError("as it happens")

    def claim(self, limit: int) -> Sequence[Task]:
        waiting = Task.objects.filter(kind=NAME, proof="").order_by("key")
        return list(waiting.select_for_update(of=("self",), skip_locked=True)[:limit])

    def work(self, rows: Sequence[Task]) -> None:
        self.sizes.append(len(rows))
        Task.objects.filter(pk__in=[row.pk for row in rows]).update(proof="done")
        if any(row.key.endswith("bad") for row in rows):
            raise self.error

    def stuck(self, row: Task, error: Exception) -> None:
        Task.objects.filter(pk=row.pk).update(proof=f"stuck: {type(error).__name__}")


@pytest.fixture
def rows() -> Iterator[Rows]:
    source = Rows()
    drain.register(NAME, source)
    yield source
    del drain.drains[NAME]


def unit() -> Unit:
    return Unit.objects.get_or_create(
        code="bank",
        defaults={
            "id": uuid7(), "kind": "legal_entity", "name_zh": "行", "name_en": "Bank", "time_zone": "Asia/Shanghai",
        },
    )[0]  # fmt: skip


def waiting(*keys: str) -> None:
    Task.objects.bulk_create(
        Task(
            id=uuid7(), kind=NAME, key=key, unit=unit(), subject_type="x", subject_id=uuid7(), opened_at=clock.now()
        )
        for key in keys
    )  # fmt: skip


def proofs() -> dict[str, str]:
    return dict(Task.objects.filter(kind=NAME).order_by("key").values_list("key", "proof"))


@pytest.mark.django_db
def test_a_batch_is_done_together(rows: Rows) -> None:
    waiting("1", "2", "3")
    assert drain.run_until_empty(NAME) == 3
    assert rows.sizes == [3]
    assert set(proofs().values()) == {"done"}


@pytest.mark.django_db
def test_no_more_at_a_time_than_a_batch_holds(rows: Rows) -> None:
    waiting(*(f"{number:03}" for number in range(drain.BATCH_ROWS + 7)))
    drain.run_until_empty(NAME)
    assert rows.sizes == [drain.BATCH_ROWS, 7]


@pytest.mark.django_db
def test_nothing_waiting_nothing_done(rows: Rows) -> None:
    assert drain.run_until_empty(NAME) == 0
    assert rows.sizes == []


@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 3, 7])
def test_a_batch_that_fails_is_halved_until_the_bad_row_is_alone(rows: Rows, place: int) -> None:
    keys = [str(number) for number in range(8)]
    keys[place] += " bad"
    waiting(*keys)
    drain.run_until_empty(NAME)
    assert proofs() == {key: "stuck: ZeroDivisionError" if "bad" in key else "done" for key in keys}
    assert rows.sizes[0] == 8
    assert 1 in rows.sizes


@pytest.mark.django_db
def test_several_bad_rows_stop_nobody(rows: Rows) -> None:
    keys = [f"{number:02}{' bad' if number % 5 == 0 else ''}" for number in range(23)]
    waiting(*keys)
    drain.run_until_empty(NAME)
    assert proofs() == {key: "stuck: ZeroDivisionError" if "bad" in key else "done" for key in keys}


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_not_blamed_on_a_row(rows: Rows) -> None:
    rows.error = OperationalError("the server has gone")
    waiting("1 bad")
    with pytest.raises(OperationalError):
        drain.run_until_empty(NAME)
    assert proofs() == {"1 bad": ""}


@pytest.mark.django_db
def test_what_fails_before_a_row_is_claimed_is_raised(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(limit: int) -> Sequence[Task]:
        raise ZeroDivisionError

    monkeypatch.setattr(rows, "claim", fails)
    with pytest.raises(ZeroDivisionError):
        drain.run_until_empty(NAME)


@pytest.mark.django_db
def test_a_killed_worker_leaves_what_it_had_claimed(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_killed(claimed: Sequence[Task]) -> None:
        Task.objects.filter(pk__in=[row.pk for row in claimed]).update(proof="half done")
        raise KeyboardInterrupt

    waiting("1", "2")
    with monkeypatch.context() as patch:
        patch.setattr(rows, "work", is_killed)
        with pytest.raises(KeyboardInterrupt):
            drain.run_until_empty(NAME)
    assert set(proofs().values()) == {""}
    drain.run_until_empty(NAME)
    assert set(proofs().values()) == {"done"}


def test_two_drains_of_one_name_are_a_mistake(rows: Rows) -> None:
    with pytest.raises(AssertionError, match="two drains"):
        drain.register(NAME, rows)


@contextmanager
def listening() -> Iterator[psycopg.Connection]:
    """A connection of its own, as a worker's bell has it."""
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    with psycopg.connect(**settings, autocommit=True) as ear:
        ear.execute(f"LISTEN {drain.CHANNEL}")
        yield ear


def heard(ear: psycopg.Connection) -> list[str]:
    return [notice.payload for notice in ear.notifies(timeout=0.3)]


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_is_heard_when_the_transaction_commits() -> None:
    with listening() as ear:
        with transaction.atomic():
            drain.wake("intake", "search")
            assert heard(ear) == []
        assert heard(ear) == ["intake", "search"]
        with suppress(ZeroDivisionError), transaction.atomic():
            drain.wake("outbox")
            raise ZeroDivisionError
        assert heard(ear) == []


@contextmanager
def working(*names: str) -> Iterator[drain.Workers]:
    workers = drain.Workers(names)
    workers.start()
    try:
        yield workers
    finally:
        workers.stop()
        assert not [thread for thread in workers.threads if thread.is_alive()]


def comes_true(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while not (now := true()) and time.monotonic() < until:
        time.sleep(0.02)
    return now


def all_done() -> bool:
    return set(proofs().values()) == {"done"}


def bells_ring(workers: drain.Workers) -> bool:
    """Somebody listens: the bell of the drain is heard soon after it is rung."""
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    )
    with connection.cursor() as cursor:
        cursor.execute(others)
        return bool(cursor.fetchone()[0]) and workers.threads[0].is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_wakes_the_drain(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "LOOK_SECONDS", 600.0)
    with working(NAME) as workers:
        assert comes_true(lambda: bells_ring(workers))
        with transaction.atomic():
            waiting("1", "2")
            drain.wake(NAME)
        assert comes_true(all_done)


@pytest.mark.django_db(transaction=True)
def test_a_lost_wake_up_is_made_up_for_by_the_look(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "LOOK_SECONDS", 0.1)
    with working(NAME):
        waiting("1", "2")
        assert comes_true(all_done)


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_rows(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "LOOK_SECONDS", 0.1)
    waiting(*(f"{number:04}" for number in range(400)))
    with working(NAME), working(NAME):
        assert comes_true(all_done)
    assert sum(rows.sizes) == 400


@pytest.mark.django_db(transaction=True)
def test_a_drain_that_fails_goes_on(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(drain, "RECONNECT_SECONDS", 0.05)
    claim, failures = rows.claim, [ZeroDivisionError(), OperationalError()]

    def fails_at_first(limit: int) -> Sequence[Task]:
        if failures:
            raise failures.pop()
        return claim(limit)

    monkeypatch.setattr(rows, "claim", fails_at_first)
    waiting("1")
    with working(NAME):
        assert comes_true(all_done)


def _restart() -> None:
    """As when the server is restarted: every connection but this one ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.django_db(transaction=True)
def test_a_restart_of_the_database_is_survived(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "RECONNECT_SECONDS", 0.05)
    monkeypatch.setattr(drain, "LOOK_SECONDS", 0.1)
    waiting("1")
    with working(NAME):
        assert comes_true(all_done)
        _restart()
        waiting("2")
        assert comes_true(all_done)


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_again_after_a_restart(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "RECONNECT_SECONDS", 0.05)
    workers = drain.Workers([NAME])
    ear, bell = workers.threads[0], workers.bells[NAME]

    def rung() -> bool:
        drain.wake(NAME)
        return bell.wait(0.05)

    ear.start()
    assert comes_true(rung)
    _restart()
    bell.clear()
    assert comes_true(rung)
    workers.stopping.set()
    ear.join(PATIENCE_SECONDS)
    assert not ear.is_alive()


def test_stopping_ends_every_thread(rows: Rows) -> None:
    before = threading.active_count()
    workers = drain.Workers([NAME])
    assert {thread.name for thread in workers.threads} == {"drain-bell", f"drain-{NAME}"}
    assert threading.active_count() == before


@pytest.mark.django_db(transaction=True)
def test_the_workers_of_the_house_start_and_stop() -> None:
    world.firm()
    with working() as workers:
        assert {thread.name.removeprefix("drain-") for thread in workers.threads} == {"bell", *drain.drains}
        assert comes_true(lambda: bells_ring(workers))
    connections.close_all()


@pytest.mark.django_db
def test_a_row_that_meets_what_another_has_just_written_is_tried_once_more(rows: Rows) -> None:
    waiting("1", "2bad")
    rows.error = IntegrityError("somebody was quicker")
    drain.run_until_empty(NAME)
    assert rows.sizes == [2, 1, 1, 1]
    assert proofs() == {"1": "done", "2bad": "stuck: IntegrityError"}


@pytest.mark.django_db(transaction=True)
def test_while_an_urgent_drain_is_busy_the_others_rest_after_each_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drain, "REST_UNDER_PRESSURE", 1e9)
    busy, urgent, other = threading.Event(), list[float](), list[float]()

    def takes(noted: list[float], more: Callable[[], bool]) -> Callable[[], int]:
        def batch() -> int:
            time.sleep(0.001)
            noted.append(time.monotonic())
            return int(more())

        return batch

    monkeypatch.setattr(drain, "drains", {})
    drain.register_batch("tests.urgent", takes(urgent, busy.is_set), urgent=True)
    drain.register_batch("tests.other", takes(other, lambda: True))
    busy.set()
    with working("tests.urgent", "tests.other"):
        assert comes_true(lambda: len(urgent) > 20 and bool(other))
        begun = len(other)
        assert comes_true(lambda: len(urgent) > 120)
        assert len(other) <= begun + 2
        busy.clear()
        assert comes_true(lambda: len(other) > begun + 50)
