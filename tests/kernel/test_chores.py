"""Chores are done once a day by one worker, and the ledger says what each found."""

import os
import time
from datetime import date
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

import weather
import world
from plainspoken.kernel import blobs, chores, drain, ledger
from plainspoken.kernel.models import Chore, Entry
from plainspoken.organization.models import Firm
from plainspoken.work.models import Task
from plainspoken.work.reactions import LEDGER_CHANGED

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
ALL = ["blobs.sweep", "ledger.verify", "measures.recheck"]


def done(day: date) -> int:
    return chores.do_due(lambda: day)


def found() -> list[dict[str, object]]:
    return [ledger.facts(bytes(entry.body)) for entry in world.entries("chores.finish")]


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One chore that notes that it was done, or fails while a failure is asked for."""
    notes: list[str] = []

    def work() -> chores.Found:
        if "fail" in notes:
            raise ValueError("the disk is on fire")
        notes.append("done")
        return {"times": len(notes)}

    monkeypatch.setattr(chores, "chores", {"tests.note": work})
    return notes


def test_once_a_day_and_what_was_found_is_in_the_ledger(firm: Firm) -> None:
    left_over = blobs.path(uuid4())
    left_over.parent.mkdir(parents=True, exist_ok=True)
    left_over.touch()
    stamp = time.time() - blobs.LEFT_OVER_SECONDS_MIN - 60
    os.utime(left_over, (stamp, stamp))
    drain.run_until_empty("sealing")
    sealed = Entry.objects.count()
    assert done(MONDAY) == 3
    assert done(MONDAY) == 0
    swept, verified, rechecked = found()
    assert (swept["chore"], swept["deleted"]) == ("blobs.sweep", 1)
    assert (verified["chore"], verified["sound"], verified["sealed"]) == ("ledger.verify", True, sealed)
    assert (rechecked["chore"], rechecked["differing_days"]) == ("measures.recheck", 0)
    assert done(TUESDAY) == 3
    assert list(Chore.objects.order_by("name").values_list("name", "done_on")) == [
        (name, TUESDAY) for name in ALL
    ]


def test_the_day_before_is_not_made_up_for(firm: Firm, only: list[str]) -> None:
    done(TUESDAY)
    assert done(MONDAY) == 0


def test_one_that_fails_is_tried_again(firm: Firm, only: list[str]) -> None:
    only.append("fail")
    with pytest.raises(ValueError, match="fire"):
        done(MONDAY)
    assert not Chore.objects.exists()
    only.clear()
    assert done(MONDAY) == 1


@pytest.mark.django_db(transaction=True)
def test_what_another_worker_is_at_is_left_to_it(firm: Firm, only: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    with psycopg.connect(weather.url(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s, hashtext('tests.note'))", [chores.LOCK])
        assert done(MONDAY) == 0
        assert only == []
    weather.wait_until(lambda: done(MONDAY) == 1, "the lock of a connection that ended is free")
    assert only == ["done"]


def test_a_ledger_that_was_changed_is_a_task_once(firm: Firm) -> None:
    drain.run_until_empty()
    entry = Entry.objects.order_by("at").first()
    assert entry
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE kernel_ledger_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE kernel_ledger_entry SET actor_post = 'x' WHERE id = %s", [entry.pk])
    for day in (MONDAY, TUESDAY):
        done(day)
        drain.run_until_empty("subscriptions")
    assert [fact["sound"] for fact in found() if "sound" in fact] == [False, False]
    [task] = Task.objects.filter(kind=LEDGER_CHANGED.code)
    assert task.unit == world.unit("technology")
    assert task.facts["trouble"] == f"entry {entry.pk}: column_changed:actor_post"
