"""The one way anything changes: permission, lock, edge, four eyes, entry, nesting, many, refusals."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from plainspoken.kernel import action as kernel
from plainspoken.kernel import clock, ledger
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor, Kind, system
from plainspoken.kernel.errors import PermissionDenied, Refused, WrongState
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import Entry, RefusalTally
from plainspoken.organization.models import Unit
from plainspoken.work.models import TASK, Task

EVERYTHING = ("test.finish", "test.rename", "test.outer", "test.second", "test.each", "test.fail")
DOER = system("tests.doer", *EVERYTHING)
STRANGER = system("tests.stranger")


@action("test.finish", "测试", edge=TASK.finish, duties=["5.4.1c"])
def finish(task: Task, *, by: Actor, proof: str, share: int = 100) -> Task:
    if not proof:
        raise Refused("proof_missing", "Say what was done.", duty="5.4.1c", share=share)
    task.done_at = clock.now()
    task.save(update_fields=["done_at"])
    record(grade=Code("good"))
    return task


@action("test.rename", "测试", unrecorded=["secret"])
def rename(task: Task, *, by: Actor, key: str, secret: str = "") -> None:
    task.key = key
    task.save(update_fields=["key"])


@action("test.outer", "测试")
def outer(task: Task, *, by: Actor, proof: str) -> None:
    rename(task, by=by, key="renamed")
    finish(task, by=by, proof=proof)


@action("test.second", "测试", not_by="owner")
def second(task: Task, *, by: Actor) -> None:
    """The owner prepared it, somebody else has to agree."""


@action("test.each", "测试", many=True)
def each(task: Task, *, by: Actor) -> str:
    if task.key == "bad":
        raise Refused("bad", "This one is bad.")
    task.proof = "seen"
    task.save(update_fields=["proof"])
    return task.key


@action("test.fail", "测试")
def fail(task: Task, *, by: Actor) -> None:
    task.key = "half done"
    task.save(update_fields=["key"])
    raise ZeroDivisionError


@pytest.fixture(autouse=True, scope="module")
def _forget_test_actions() -> Iterator[None]:
    yield
    for code in EVERYTHING:
        kernel.specs.pop(code, None)


@pytest.fixture
def unit(db: None) -> Unit:
    return Unit.objects.create(
        id=uuid7(), code="bank", kind="legal_entity", name_zh="行", name_en="Bank", time_zone="Asia/Shanghai"
    )


def task(unit: Unit, key: str = "a") -> Task:
    return Task.objects.create(
        id=uuid7(), kind="t", key=key, unit=unit, subject_type="x", subject_id=uuid7(), opened_at=clock.now()
    )


def only_entry() -> Entry:
    return Entry.objects.get()


def test_does_it_and_writes_the_entry(unit: Unit) -> None:
    subject = task(unit)
    finish(subject, by=DOER, proof="asked and answered")
    subject.refresh_from_db()
    entry = only_entry()
    assert subject.state == "done"
    assert (entry.code, entry.refusal, entry.subject_id, entry.actor_id) == (
        "test.finish",
        "",
        subject.pk,
        DOER.id,
    )
    said = ledger.facts(bytes(entry.body))
    assert said == {"grade": "good", "state_before": "open", "state_now": "done"}


def test_free_text_stands_in_the_opening_only(unit: Unit) -> None:
    finish(task(unit), by=DOER, proof="王芳的电话")
    entry = only_entry()
    assert "王芳".encode() not in bytes(entry.body)
    salt, value = entry.opening.values["proof"]
    assert value == "王芳的电话"
    assert ledger.commitment(salt, value).encode() in bytes(entry.body)


def test_unrecorded_arguments_leave_no_trace(unit: Unit) -> None:
    rename(task(unit), by=DOER, key="k", secret="hunter2")
    entry = only_entry()
    assert "secret" not in entry.opening.values


def test_not_you(unit: Unit) -> None:
    subject = task(unit)
    with pytest.raises(PermissionDenied):
        finish(subject, by=STRANGER, proof="x")
    subject.refresh_from_db()
    assert subject.state == "open"
    assert only_entry().refusal == "permission_denied"


def test_not_now(unit: Unit) -> None:
    subject = task(unit)
    finish(subject, by=DOER, proof="x")
    with pytest.raises(WrongState):
        finish(subject, by=DOER, proof="again")
    assert Entry.objects.filter(refusal="wrong_state").count() == 1


def test_the_rule_says_no_and_nothing_stays_changed(unit: Unit) -> None:
    subject = task(unit)
    with pytest.raises(Refused) as refused:
        outer(subject, by=DOER, proof="")
    subject.refresh_from_db()
    assert refused.value.code == "proof_missing"
    assert (subject.key, subject.state) == ("a", "open")
    entry = only_entry()
    assert (entry.code, entry.refusal) == ("test.finish", "proof_missing")
    assert ledger.facts(bytes(entry.body)) == {"share": 100}


def test_the_same_refusal_within_a_minute_is_counted(unit: Unit) -> None:
    subject = task(unit)
    for _attempt in range(3):
        with pytest.raises(PermissionDenied):
            finish(subject, by=STRANGER, proof="x")
    assert (Entry.objects.count(), RefusalTally.objects.get().count) == (1, 3)
    with clock.moved(clock.now() + timedelta(minutes=2)), pytest.raises(PermissionDenied):
        finish(subject, by=STRANGER, proof="x")
    assert Entry.objects.count() == 2


def test_nested_actions_name_their_cause(unit: Unit) -> None:
    outer(task(unit), by=DOER, proof="x")
    entries = {entry.code: entry for entry in Entry.objects.all()}
    assert set(entries) == {"test.outer", "test.rename", "test.finish"}
    assert entries["test.rename"].cause == entries["test.finish"].cause == entries["test.outer"].pk


def test_an_error_leaves_nothing(unit: Unit) -> None:
    subject = task(unit)
    with pytest.raises(ZeroDivisionError):
        fail(subject, by=DOER)
    subject.refresh_from_db()
    assert (subject.key, Entry.objects.count()) == ("a", 0)


def test_four_eyes(unit: Unit, person_id: UUID) -> None:
    subject = task(unit)
    subject.owner_id = person_id
    subject.save()
    maker = Actor(Kind.STAFF, person_id, "maker", frozenset(EVERYTHING))
    with pytest.raises(Refused, match="same_person"):
        second(subject, by=maker)
    second(subject, by=DOER)


@pytest.fixture
def person_id(unit: Unit) -> UUID:
    from plainspoken.organization.models import Person

    return Person.objects.create(id=uuid7(), username="maker", name_zh="甲", name_en="A").pk


def test_many_go_on_without_the_one_that_is_refused(unit: Unit) -> None:
    subjects = [task(unit, key) for key in ("a", "bad", "c")]
    outcome = each(subjects, by=DOER)
    assert [(subject.pk, result) for subject, result in outcome.done] == [
        (subjects[0].pk, "a"),
        (subjects[2].pk, "c"),
    ]
    assert [(subject.pk, refusal.code) for subject, refusal in outcome.aside] == [(subjects[1].pk, "bad")]
    assert Entry.objects.filter(refusal="").count() == 2
    assert Entry.objects.filter(refusal="bad").count() == 1


def test_many_cost_the_same_statements_for_entries(unit: Unit, django_assert_max_num_queries: Any) -> None:
    subjects = [task(unit, str(number)) for number in range(10)]
    with django_assert_max_num_queries(10 * 3 + 12):
        each(subjects, by=DOER)


def test_what_is_done_to_one_is_done_to_each_of_many(unit: Unit) -> None:
    ready, over = task(unit, "a"), task(unit, "b")
    finish(over, by=DOER, proof="x")
    outcome = kernel.each(finish, [over, ready], by=DOER, proof="seen")
    assert [subject.pk for subject, _task in outcome.done] == [ready.pk]
    assert [(subject.pk, why.code) for subject, why in outcome.aside] == [(over.pk, "wrong_state")]
    assert Entry.objects.filter(code="test.finish", refusal="").count() == 2
    assert Entry.objects.filter(code="test.finish", refusal="wrong_state").count() == 1


def test_one_that_was_changed_since_it_was_seen_stands_aside(unit: Unit) -> None:
    seen, other = task(unit, "a"), task(unit, "b")
    rename(Task.objects.get(pk=seen.pk), by=DOER, key="changed")
    outcome = kernel.each(finish, [seen, other], by=DOER, unmoved=("key",), proof="x")
    assert [subject.pk for subject, _task in outcome.done] == [other.pk]
    assert [(subject.pk, why.code) for subject, why in outcome.aside] == [(seen.pk, "moved_on")]
    assert Entry.objects.filter(subject_id=seen.pk, refusal="moved_on").count() == 1


def test_a_stranger_is_told_nothing_of_a_change(unit: Unit) -> None:
    seen = task(unit, "a")
    rename(Task.objects.get(pk=seen.pk), by=DOER, key="changed")
    outcome = kernel.each(finish, [seen], by=STRANGER, unmoved=("key",), proof="x")
    assert [why.code for _subject, why in outcome.aside] == ["permission_denied"]


def test_a_rehearsal_says_what_would_be_and_leaves_nothing(unit: Unit) -> None:
    ready, over = task(unit, "a"), task(unit, "b")
    finish(over, by=DOER, proof="x")
    entries = Entry.objects.count()
    outcome = kernel.rehearse(finish, [ready, over], by=DOER, proof="seen")
    assert [subject.pk for subject, _task in outcome.done] == [ready.pk]
    assert [why.code for _subject, why in outcome.aside] == ["wrong_state"]
    assert Task.objects.get(pk=ready.pk).state == "open"
    assert Entry.objects.count() == entries


def test_a_rehearsal_within_an_action_fails(unit: Unit) -> None:
    @action("test.rehearses", "测试")
    def rehearses(task: Task, *, by: Actor) -> None:
        kernel.rehearse(finish, [task], by=by, proof="x")

    with pytest.raises(AssertionError, match="stands alone"):
        rehearses(task(unit), by=system("tests.rehearser", "test.rehearses"))
    kernel.specs.pop("test.rehearses")


def test_a_stale_subject_is_read_again(unit: Unit) -> None:
    subject = task(unit)
    stale = Task.objects.get(pk=subject.pk)
    finish(subject, by=DOER, proof="x")
    with pytest.raises(WrongState):
        finish(stale, by=DOER, proof="x")


def test_an_action_needs_an_actor(unit: Unit) -> None:
    with pytest.raises((AssertionError, TypeError)):
        finish(task(unit), by=None, proof="x")  # type: ignore[arg-type]


def test_record_outside_an_action_fails() -> None:
    with pytest.raises(AssertionError):
        record(x=1)


def test_a_value_without_a_place_in_the_ledger_fails(unit: Unit) -> None:
    with pytest.raises(TypeError):
        rename(task(unit), by=DOER, key=object())  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_only_one_finishes() -> None:
    unit = Unit.objects.create(
        id=uuid7(), code="bank", kind="legal_entity", name_zh="行", name_en="Bank", time_zone="Asia/Shanghai"
    )
    subject, start, outcomes = task(unit), threading.Barrier(2), []

    def attempt() -> None:
        mine = Task.objects.get(pk=subject.pk)
        start.wait()
        try:
            finish(mine, by=DOER, proof="x")
            outcomes.append("done")
        except WrongState:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "too late"]


def test_the_database_refuses_another_transition(unit: Unit) -> None:
    from django.db.utils import ProgrammingError

    subject = task(unit)
    finish(subject, by=DOER, proof="x")
    with pytest.raises(ProgrammingError):
        Task.objects.filter(pk=subject.pk).update(state="open")
