"""Tasks: opened once, given to a person or the deputy, done with proof."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

import world
from plainspoken.kernel import clock, ledger
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied, Refused, WrongState
from plainspoken.kernel.models import Deadline, Entry, Opening
from plainspoken.organization.actions import absences
from plainspoken.organization.models import Firm
from plainspoken.work import actions, kinds
from plainspoken.work.models import Notice, Task
from promises import local

BY = system("tests.tasks", "work.task.open", "work.task.settle", "work.task.assign")
STUCK = actions.STUCK.code
pytestmark = pytest.mark.usefixtures("firm")


def opened(key: str = "", owner: str = "", unit: str = "technology") -> Task:
    person = world.person(owner) if owner else None
    return actions.open_task(
        world.unit(unit), by=BY, kind=STUCK, about=Firm.objects.get(), key=key, owner=person, trouble="broken"
    )


def away(name: str, deputy: str) -> None:
    today = clock.now().date()
    by = system("tests.absences", "organization.absence.report")
    absences.report(
        world.person(name), by=by, deputy=world.person(deputy), from_day=today - timedelta(days=1),
        to_day=today + timedelta(days=1),
    )  # fmt: skip


def strokes() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("at").values_list("kind", "person__username"))


@pytest.mark.duty("5.4.1b")
def test_a_task_stands_before_a_unit() -> None:
    task = opened()
    assert (task.state, task.unit, task.owner, task.facts) == (
        "open",
        world.unit("technology"),
        None,
        {"trouble": "broken"},
    )
    entry = world.entries("work.task.open")[0]
    assert ledger.facts(bytes(entry.body))["task"] == str(task.pk)
    assert ledger.facts(bytes(entry.body))["kind"] == STUCK
    assert strokes() == []


def test_or_before_a_person_who_hears_of_it() -> None:
    assert opened(owner="admin").owner == world.person("admin")
    assert strokes() == [("work.task_given", "admin")]


@pytest.mark.duty("3.2d")
def test_while_the_person_is_away_before_the_deputy() -> None:
    away("li", "wang")
    task = opened(owner="li", unit="cs-team-1")
    actions.assign(opened("another"), by=BY, owner=world.person("li"))
    assert task.owner == world.person("wang")
    assert strokes() == [("work.task_given", "wang")] * 2


def test_the_same_does_not_stand_twice() -> None:
    first = opened(owner="admin")
    assert opened(owner="admin").pk == first.pk
    assert opened("another").pk != first.pk
    assert len(strokes()) == 1


def test_what_is_done_may_come_up_again() -> None:
    first = opened()
    actions.finish(first, by=world.actor("admin"), proof="重启了")
    assert opened().pk != first.pk


def test_the_database_keeps_it_once() -> None:
    task = opened()
    with pytest.raises(IntegrityError, match="work_task_once_open"), transaction.atomic():
        Task.objects.create(
            id=task.subject_id, kind=task.kind, key=task.key, unit=task.unit, subject_type="x",
            subject_id=task.pk, opened_at=clock.now(),
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_at_once_open_one() -> None:
    world.firm()
    start, found = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        try:
            found.append(opened().pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found))) == (2, 1)


def test_only_of_a_kind_that_says_what_is_to_be_done() -> None:
    with pytest.raises(AssertionError, match="no registered kind"):
        actions.open_task(world.unit("technology"), by=BY, kind="work.nonsense", about=Firm.objects.get())


@pytest.mark.parametrize("register", [kinds.task, kinds.notice])
def test_a_kind_is_registered_once(register: object) -> None:
    code = STUCK if register is kinds.task else actions.TASK_GIVEN.code
    with pytest.raises(AssertionError, match="two kinds"):
        register(code, "again")  # type: ignore[operator]


@pytest.mark.duty("5.4.1c")
def test_it_is_done_with_proof() -> None:
    task, admin = opened(), world.actor("admin")
    with clock.moved(local(3, 3, 10)):
        actions.finish(task, by=admin, proof="  重启了邮件服务  ")
    task.refresh_from_db()
    assert (task.state, task.done_by_id, task.proof) == ("done", admin.id, "重启了邮件服务")
    assert task.done_at is not None
    entry = world.entries("work.task.finish")[0]
    assert Opening.objects.get(entry=entry).values["proof"][1] == "  重启了邮件服务  "
    assert ledger.facts(bytes(entry.body)) == {"state_before": "open", "state_now": "done"}


def test_only_its_owner_and_its_units_people_say_that_it_is_done() -> None:
    """Supervision sees all tasks and finishes its own."""
    task = opened()
    with pytest.raises(Refused, match="task_of_others"):
        actions.finish(task, by=world.actor("sun"), proof="看过了")
    assert Task.objects.get(pk=task.pk).state == "open"
    assert len(world.entries("work.task.finish", "task_of_others")) == 1


@pytest.mark.duty("5.4.1c")
@pytest.mark.parametrize("proof", ["", "  \n "])
def test_not_without(proof: str) -> None:
    task = opened()
    with pytest.raises(Refused, match="proof_missing"):
        actions.finish(task, by=world.actor("admin"), proof=proof)
    assert Task.objects.get(pk=task.pk).state == "open"
    assert len(world.entries("work.task.finish", "proof_missing")) == 1


def test_it_is_done_once() -> None:
    task, admin = opened(), world.actor("admin")
    actions.finish(task, by=admin, proof="好了")
    with pytest.raises(WrongState):
        actions.finish(task, by=admin, proof="又好了")
    with pytest.raises(WrongState):
        actions.assign(task, by=admin, owner=world.person("admin"))
    with pytest.raises(WrongState):
        actions.settle(task, by=BY)


def test_it_is_settled_when_done_by_other_means() -> None:
    one, other = opened(), opened("another")
    actions.settle_all(STUCK, Firm.objects.get(), by=BY)
    assert set(Task.objects.values_list("state", flat=True)) == {"dropped"}
    assert {entry.subject_id for entry in world.entries("work.task.settle")} == {one.pk, other.pk}


def test_who_may_not_give_tasks_away() -> None:
    with pytest.raises(PermissionDenied):
        actions.assign(opened(), by=world.actor("li"), owner=world.person("wang"))


def test_one_task_a_missing_year() -> None:
    deadline = Deadline(calendar="cn", missing_years=[2027])
    for _ in range(3):
        actions.missing_calendar_year(deadline, by=BY)
    task = Task.objects.get()
    assert (task.kind, task.key, task.unit) == ("work.calendar_year", "cn-2027", world.unit("technology"))
    assert task.facts == {"calendar": "cn", "year": 2027}


def test_the_bell_is_seen_by_its_person() -> None:
    opened(owner="admin")
    opened("another", owner="admin")
    admin = world.person("admin")
    assert actions.see(admin, by=world.actor("admin")) == 2
    assert actions.see(admin, by=world.actor("admin")) == 0
    assert not Notice.objects.filter(seen_at__isnull=True).exists()
    assert Entry.objects.filter(code="work.notice.see").count() == 2


def test_nobody_else_looks_at_it() -> None:
    opened(owner="admin")
    with pytest.raises(Refused, match="not_your_bell"):
        actions.see(world.person("admin"), by=world.actor("zhao"))
    assert Notice.objects.get().seen_at is None


def test_the_bell_rings_for_what_was_registered() -> None:
    with pytest.raises(AssertionError, match="no registered kind"):
        actions.ring(world.person("li"), "work.nonsense", Firm.objects.get())
