"""Upper slices pull: a subscriber runs once for each entry, says what caused it, and never stops the others."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

import world
from plainspoken.kernel import action as kernel
from plainspoken.kernel import clock, deliveries, drain, subscriptions
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor, Kind, system
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import Delivery, Entry, Opening
from plainspoken.kernel.subscriptions import CHAIN_DEPTH_MAX, Event, on
from plainspoken.organization.models import Unit
from plainspoken.work.models import Task

CODES = ("tests.ping", "tests.pong", "tests.tell")
DOER = system("tests.subscriptions", *CODES)


@action("tests.ping", "测试", creates=True)
def ping(unit: Unit, *, by: Actor, word: str = "", size: int = 0) -> None:
    record(mood=Code("good" if size else "bad"))


@action("tests.pong", "测试", creates=True)
def pong(unit: Unit, *, by: Actor) -> None:
    """What a subscriber does about it."""


@action("tests.tell", "测试", creates=True)
def tell(unit: Unit, *, by: Actor) -> None:
    raise Refused("nobody_listens", "Nobody listens.")


for code in CODES:
    kernel.specs.pop(code)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    names, codes = dict(subscriptions.subscribers), dict(subscriptions._by_code)
    lists = {code: list(rows) for code, rows in codes.items()}
    yield
    subscriptions.subscribers.clear()
    subscriptions.subscribers.update(names)
    subscriptions._by_code.clear()
    subscriptions._by_code.update(lists)


@pytest.fixture
def unit(firm: object) -> Unit:
    return world.unit("customer-service")


def deliver() -> None:
    drain.run_until_empty("subscriptions")


def answering(unit: Unit, code: str = "tests.ping", **only: object) -> Callable[..., None]:
    """A subscriber that does something about each entry."""

    @on(code, may=["tests.pong", "tests.ping"], **only)
    def answers(event: Event, *, by: Actor) -> None:
        pong(unit, by=by)

    return answers


def pongs() -> list[Entry]:
    return world.entries("tests.pong")


@pytest.mark.django_db
def test_a_subscriber_runs_once_and_names_the_cause(unit: Unit) -> None:
    answering(unit)
    ping(unit, by=DOER)
    cause = world.entries("tests.ping")[0]
    deliver()
    deliver()
    assert [entry.cause for entry in pongs()] == [cause.pk]
    assert Delivery.objects.get().done_at is not None


@pytest.mark.django_db
def test_it_acts_as_the_system_actor_of_its_name(unit: Unit) -> None:
    answering(unit)
    ping(unit, by=DOER)
    deliver()
    entry, name = pongs()[0], Delivery.objects.get().subscriber
    assert (entry.actor_kind, entry.actor_id) == (Kind.SYSTEM, system(name).id)
    assert Opening.objects.get(pk=entry.pk).values["actor_name"][1] == name
    assert name.endswith("answers")


@pytest.mark.django_db
def test_it_is_told_facts_and_no_words(unit: Unit) -> None:
    told: list[Event] = []

    @on("tests.ping", may=[])
    def listens(event: Event, *, by: Actor) -> None:
        told.append(event)

    ping(unit, by=DOER, word="王芳的电话", size=3)
    deliver()
    entry = world.entries("tests.ping")[0]
    assert (told[0].entry, told[0].code, told[0].at) == (entry.pk, "tests.ping", entry.at)
    assert (told[0].subject_type, told[0].subject_id) == ("organization.unit", unit.pk)
    assert told[0].facts == {"mood": "good", "size": 3}


@pytest.mark.django_db
def test_it_may_ask_for_certain_facts_only(unit: Unit) -> None:
    answering(unit, mood="good")
    ping(unit, by=DOER)
    assert not Delivery.objects.exists()
    ping(unit, by=DOER, size=1)
    deliver()
    assert len(pongs()) == 1


@pytest.mark.django_db
def test_what_was_refused_is_not_delivered(unit: Unit) -> None:
    answering(unit, "tests.tell")
    with pytest.raises(Refused):
        tell(unit, by=DOER)
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_what_was_rolled_back_is_not_delivered(unit: Unit) -> None:
    answering(unit)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ping(unit, by=DOER)
        raise ZeroDivisionError
    deliver()
    assert pongs() == []


@pytest.mark.django_db
def test_a_subscriber_may_only_what_it_names(unit: Unit) -> None:
    @on("tests.ping", may=[])
    def presumes(event: Event, *, by: Actor) -> None:
        pong(unit, by=by)

    ping(unit, by=DOER)
    deliver()
    assert pongs() == []
    assert Delivery.objects.get().trouble.startswith(PermissionDenied.__name__)
    refused = world.entries("tests.pong", "permission_denied")
    assert [entry.cause for entry in refused] == [world.entries("tests.ping")[0].pk]


@pytest.mark.django_db
def test_a_chain_that_is_too_deep_stops_before_a_person(unit: Unit) -> None:
    @on("tests.ping", may=["tests.ping"])
    def echoes(event: Event, *, by: Actor) -> None:
        ping(unit, by=by)

    ping(unit, by=DOER)
    deliver()
    assert Entry.objects.filter(code="tests.ping").count() == 1 + CHAIN_DEPTH_MAX
    last = Delivery.objects.get(done_at__isnull=True)
    assert (last.depth, last.trouble) == (CHAIN_DEPTH_MAX + 1, f"ChainTooDeep: {last.subscriber}")
    task = Task.objects.get(kind="work.stuck")
    assert (task.unit, task.facts["subscriber"]) == (world.unit("technology"), last.subscriber)


@pytest.mark.django_db
def test_each_link_of_a_chain_names_the_one_before(unit: Unit) -> None:
    @on("tests.ping", may=["tests.ping"])
    def echoes(event: Event, *, by: Actor) -> None:
        ping(unit, by=by)

    ping(unit, by=DOER)
    deliver()
    entries = {entry.pk: entry for entry in world.entries("tests.ping")}
    first = next(entry for entry in entries.values() if entry.cause is None)
    chain, at = [first.pk], {entry.cause: entry.pk for entry in entries.values()}
    while following := at.get(chain[-1]):
        chain.append(following)
    assert len(chain) == len(entries)


def stumbling(at: set[UUID], unit: Unit) -> None:
    """A subscriber that cannot do some of the entries."""

    @on("tests.ping", may=["tests.pong"])
    def stumbles(event: Event, *, by: Actor) -> None:
        if event.entry in at:
            raise ZeroDivisionError("as it happens")
        pong(unit, by=by)


@pytest.mark.django_db
def test_one_that_fails_comes_before_a_person_and_the_rest_goes_on(unit: Unit) -> None:
    bad: set[UUID] = set()
    stumbling(bad, unit)
    for _ in range(9):
        ping(unit, by=DOER)
    bad.add(world.entries("tests.ping")[4].pk)
    deliver()
    stuck = Delivery.objects.get(stuck_at__isnull=False)
    assert {stuck.entry_id} == bad
    assert (stuck.done_at, stuck.trouble) == (None, "ZeroDivisionError: as it happens")
    assert len(pongs()) == 8
    task = Task.objects.get(kind="work.stuck")
    assert (task.key, task.unit.code, task.facts["trouble"]) == (str(stuck.pk), "technology", stuck.trouble)


@pytest.mark.django_db
def test_what_is_stuck_is_not_tried_for_ever(unit: Unit) -> None:
    ping(unit, by=DOER)
    bad = {entry.pk for entry in world.entries("tests.ping")}
    stumbling(bad, unit)
    ping(unit, by=DOER)
    bad.update(entry.pk for entry in world.entries("tests.ping"))
    deliver()
    assert deliver() is None
    assert Task.objects.filter(kind="work.stuck").count() == Delivery.objects.count() == 1


@pytest.mark.django_db
def test_a_refusal_within_a_subscriber_stands_in_the_ledger_once(unit: Unit) -> None:
    @on("tests.ping", may=["tests.tell"])
    def tells(event: Event, *, by: Actor) -> None:
        tell(unit, by=by)

    ping(unit, by=DOER)
    with clock.moved(clock.now() + timedelta(minutes=5)):
        deliver()
    assert len(world.entries("tests.tell", "nobody_listens")) == 1
    assert Delivery.objects.get().trouble == "Refused: nobody_listens"


@pytest.mark.django_db
def test_killed_in_the_middle_nothing_is_done_twice(unit: Unit) -> None:
    kills = [KeyboardInterrupt()]

    @on("tests.ping", may=["tests.pong"])
    def is_killed(event: Event, *, by: Actor) -> None:
        pong(unit, by=by)
        if kills:
            raise kills.pop()

    ping(unit, by=DOER)
    with pytest.raises(KeyboardInterrupt):
        deliver()
    assert pongs() == []
    deliver()
    assert len(pongs()) == 1


@pytest.mark.django_db
def test_an_entry_is_owed_to_a_subscriber_once(unit: Unit) -> None:
    answering(unit)
    ping(unit, by=DOER)
    owed = Delivery.objects.get()
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        Delivery.objects.create(entry=owed.entry, subscriber=owed.subscriber, depth=1)


@pytest.mark.django_db
def test_two_subscribers_of_one_entry_do_not_know_each_other(unit: Unit) -> None:
    stumbling({uuid7()}, unit)
    answering(unit)
    ping(unit, by=DOER)
    deliver()
    assert len(pongs()) == 2


def test_two_subscribers_of_one_name_are_a_mistake(unit: Unit) -> None:
    answering(unit)
    with pytest.raises(AssertionError, match="two subscribers"):
        answering(unit)


@pytest.mark.django_db(transaction=True)
def test_two_workers_deliver_each_entry_once() -> None:
    world.firm()
    unit = world.unit("customer-service")
    answering(unit)
    for _ in range(80):
        ping(unit, by=DOER)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        deliver()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    caused = [entry.cause for entry in pongs()]
    assert len(caused) == len(set(caused)) == 80
    assert not Delivery.objects.filter(done_at__isnull=True).exists()


def test_a_person_hears_of_what_is_stuck() -> None:
    assert deliveries._attention, "work says how a delivery comes before a person"
