"""What is asked for often and done once, and what a batch reads once."""

from collections.abc import Sequence

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import world
from plainspoken.kernel import drain, measures, remembered, search, together
from plainspoken.kernel.clock import now
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import MeasureDirty, SearchPending
from plainspoken.organization import tree


def test_outside_of_an_action_it_is_done_at_once() -> None:
    done: list[Sequence[str]] = []
    together.at_end(done.append, ["a", "a"])
    assert done == [["a", "a"]]


def test_inside_each_is_done_once_at_the_end() -> None:
    done: list[Sequence[str]] = []
    with together.gathered():
        together.at_end(done.append, ["a", "b"])
        together.at_end(done.append, ["b", "c"])
        assert done == []
    assert done == [["a", "b", "c"]]


def test_a_block_within_leaves_it_to_the_outer_one() -> None:
    done: list[Sequence[str]] = []
    with together.gathered():
        with together.gathered():
            together.at_end(done.append, ["a"])
        assert done == []
    assert done == [["a"]]


def test_what_is_done_may_ask_for_more() -> None:
    done: list[Sequence[str]] = []
    with together.gathered():
        together.at_end(lambda items: together.at_end(done.append, [f"{one} again" for one in items]), ["a"])
    assert done == [["a again"]]


def test_what_fails_does_nothing() -> None:
    done: list[Sequence[str]] = []
    with pytest.raises(ValueError, match="no"), together.gathered():
        together.at_end(done.append, ["a"])
        raise ValueError("no")
    together.at_end(done.append, ["b"])
    assert done == [["b"]]


@pytest.mark.django_db
def test_days_and_texts_are_noted_once_and_the_drains_called_in_one_statement() -> None:
    text = uuid7()
    with CaptureQueriesContext(connection) as sent, transaction.atomic(), together.gathered():
        for _ in range(5):
            measures.touch("tests.some", now())
            search.note(text)
            drain.wake("intake")
    assert MeasureDirty.objects.count() == len({row.day for row in MeasureDirty.objects.all()})
    assert [row.text_id for row in SearchPending.objects.all()] == [text]
    assert [query["sql"].count("pg_notify") for query in sent.captured_queries].count(1) == 1
    assert len([query for query in sent.captured_queries if "INSERT" in query["sql"]]) == 2


@pytest.mark.django_db
def test_a_batch_reads_settings_once_and_the_next_one_again() -> None:
    world.firm()
    unit = world.unit("customer-service")
    with remembered.in_a_batch():
        with CaptureQueriesContext(connection) as first:
            assert tree.path(unit.pk) == tree.path(unit.pk)
        assert len(first) == 1
    with remembered.in_a_batch(), CaptureQueriesContext(connection) as second:
        tree.path(unit.pk)
    assert len(second) == 1
    with CaptureQueriesContext(connection) as outside:
        tree.path(unit.pk)
        tree.path(unit.pk)
    assert len(outside) == 2
