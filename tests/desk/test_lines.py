"""The lines of the list: built for nobody in particular, in the order of a deadline that PostgreSQL keeps."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Min, Q

import story
import world
from plainspoken.cases.actions import merging
from plainspoken.cases.models import NEVER, Case
from plainspoken.desk.queries import few, inbox, lines, waiting
from plainspoken.kernel import clock, patterns
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.models import Deadline
from plainspoken.kernel.patterns import Statement
from plainspoken.ui.tables import Look

pytestmark = pytest.mark.usefixtures("desk")
PEOPLE = ("li", "wang", "zhou", "chen", "zhao", "sun")
SIZE = 50
FIRST = ("-last_at", "-id")


def alike(statement: Statement) -> tuple[str, list[str]]:
    """Units have no order; all else is compared as it is sent."""
    flat = [one for value in statement.values for one in (value if isinstance(value, list) else [value])]
    return statement.sql, sorted(map(str, flat))


@pytest.mark.parametrize("username", PEOPLE)
def test_what_is_filled_in_is_what_would_be_built_for_the_reader(username: str) -> None:
    by = world.actor(username)
    for code, tab in inbox.FILTERS.items():
        for keys in (("-last_at", "-id"), ("due_at", "id")):
            look = Look(keys, keys, (), backward=False)

            def build(one: Actor, tab: inbox.Filter = tab, look: Look = look) -> object:
                return lines.statement(tab.shelf, Q(), look, SIZE, one)

            filled = patterns.filled(("tests", code, keys), by, build)  # type: ignore[arg-type]
            assert alike(filled) == alike(patterns.written(build(by)))  # type: ignore[arg-type]


def test_values_that_are_given_stand_in_their_places() -> None:
    by, key, at = world.actor("li"), uuid4(), clock.now()
    place = {patterns.NO_ROW: key, patterns.NO_TIME: at}
    rows = Case.objects.filter(pk=patterns.NO_ROW, last_at=patterns.NO_TIME).values_list("pk")
    assert set(patterns.filled("tests.given", by, lambda _by: rows, place).values) == {key, at}


def test_nothing_is_asked_where_nothing_can_be_found() -> None:
    by = world.actor("li")
    assert patterns.rows("tests.none", by, lambda _by: Case.objects.none().values_list("pk")) == []


def test_many_statements_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "STATEMENTS_MAX", 1)
    by = world.actor("li")
    for number in range(3):
        assert waiting.read(by) == waiting.Waiting()
        patterns.rows(("tests.many", number), by, lambda _by: Case.objects.values_list("pk")[:1])
    assert len(patterns._built) == 1


@pytest.mark.parametrize("show", [code for code, one in inbox.FILTERS.items() if one.shelf.units])
def test_the_parts_of_a_list_are_the_list(show: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read for each unit apart, or at once by who is in very many: the same cases in the same order."""
    made = [story.received(sender=f"c{number}@example.com") for number in range(2)]
    made += [story.taken("wang"), story.answered("wang"), story.closed("li"), story.dismissed()]
    assert made
    look = Look(FIRST, FIRST, (), backward=False)
    shelf, by = inbox.FILTERS[show].shelf, world.actor("zhao")
    apart = lines.find(shelf, Q(), look, SIZE, by)
    monkeypatch.setattr(lines, "UNITS_APART_MAX", 0)
    at_once = [row[0] for row in lines.statement(shelf, Q(), look, SIZE, by)]
    assert [one.id for one in apart] == at_once != []


def nearest(case: Case) -> object:
    """By the deadlines themselves."""
    whole = [case.pk, *case.merged.filter(undone_at=None).values_list("case", flat=True)]
    running = Deadline.objects.filter(subject_id__in=whole, state="running")
    return running.aggregate(due=Min("due_at"))["due"] or NEVER


def kept(case: Case) -> object:
    return Case.objects.get(pk=case.pk).due_at


def test_a_case_is_due_when_its_first_deadline_ends() -> None:
    case = story.received()
    assert kept(case) == nearest(case) != NEVER
    closed = story.closed()
    assert kept(closed) == nearest(closed) == NEVER


def test_a_deadline_that_moves_pauses_or_is_met_moves_the_case() -> None:
    case = story.taken("li")
    deadline = Deadline.objects.get(subject_id=case.pk, state="running")
    Deadline.objects.filter(pk=deadline.pk).update(due_at=clock.now() + timedelta(days=9))
    assert kept(case) == nearest(case)
    Deadline.objects.filter(pk=deadline.pk).update(state="paused", paused_at=clock.now())
    assert kept(case) == NEVER
    Deadline.objects.filter(pk=deadline.pk).update(state="running", paused_at=None)
    assert kept(case) == nearest(case) != NEVER
    Deadline.objects.filter(pk=deadline.pk).update(state="met", met_at=clock.now(), next_at=None)
    assert kept(case) == NEVER


def test_a_merged_case_hands_its_deadlines_on_and_takes_them_back() -> None:
    first, second = story.taken("li"), story.taken("li")
    Deadline.objects.filter(subject_id=first.pk).update(due_at=clock.now() - timedelta(days=1))
    merging.merge(first, by=world.actor("li"), into=second)
    assert kept(second) == nearest(second) < clock.now()
    merging.unmerge(first, by=world.actor("li"))
    assert kept(second) == nearest(second) > clock.now()


@pytest.mark.django_db(transaction=True)
def test_two_deadlines_of_a_case_that_change_at_once() -> None:
    """Whoever comes second looks at what the first has left."""
    case, now = story.asked(), clock.now()
    first, second = Deadline.objects.filter(subject_id=case.pk, state="running").order_by("due_at")[:2]
    later = Deadline.objects.filter(subject_id=case.pk).exclude(pk__in=[first.pk, second.pk])
    later.update(due_at=now + timedelta(days=30))

    def move(deadline: Deadline, days: int) -> None:
        Deadline.objects.filter(pk=deadline.pk).update(due_at=now + timedelta(days=days))

    def other() -> None:
        move(second, 20)
        connection.close()

    person = threading.Thread(target=other)
    with transaction.atomic(), connection.cursor() as cursor:
        move(first, 10)
        person.start()
        while True:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                break
    person.join()
    assert kept(case) == nearest(case) == now + timedelta(days=10)


def test_who_sees_few_of_many_is_looked_for_among_more(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [story.received(sender=f"c{number}@example.com") for number in range(4)]
    ordered = Case.objects.order_by("received_at", "id")
    assert few.first(ordered, lambda rows: rows.filter(pk=cases[3].pk), 1) == [cases[3]]
    monkeypatch.setattr(few, "LOOKED_AT", (1, 2))
    assert few.first(ordered, lambda rows: rows.exclude(pk=cases[0].pk), 2) == cases[1:3]
    assert few.first(ordered, lambda rows: rows.filter(pk__in=[cases[0].pk, cases[3].pk]), 5) == [
        cases[0],
        cases[3],
    ]
    assert few.first(ordered, lambda rows: rows.none(), 1) == []
