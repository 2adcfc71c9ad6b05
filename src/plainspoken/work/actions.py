"""Tasks and the bell."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import clock, ledger, live
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor, Kind, system
from plainspoken.kernel.deliveries import when_stuck
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import Deadline, Delivery
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Firm, Person, Unit
from plainspoken.work import kinds
from plainspoken.work.models import TASK, Notice, Task

REPORTER = system("work.reporter", "work.task.open")
CALENDAR_YEAR = kinds.task(
    "work.calendar_year", _("Load the year's holidays: deadlines in it are provisional")
)
STUCK = kinds.task("work.stuck", _("An automatic step could not be done: look at it"))
TASK_GIVEN = kinds.notice("work.task_given", _("You have a new task"))


@action("work.task.open", _("Open a task"), creates=True, duties=["5.4.1b"])
def open_task(
    unit: Unit,
    /,
    *,
    by: Actor,
    kind: str,
    about: Model,
    key: str = "",
    owner: Person | None = None,
    **facts: Any,
) -> Task:
    """Something to be done by a unit, or by one person (or the deputy); the same does not stand twice."""
    assert kind in kinds.tasks, f"{kind} is no registered kind of task"
    key = key or str(about.pk)
    owner = organization.deputy_for(owner, organization.today(unit)) if owner else None
    columns = {
        "id": uuid7(),
        "unit": unit,
        "owner": owner,
        "subject_type": ledger.code_of(about),
        "subject_id": about.pk,
        "facts": facts,
        "opened_at": clock.now(),
    }
    task, new = Task.objects.get_or_create(kind=kind, key=key, state="open", defaults=columns)
    if not new:
        return task
    record(task=task, kind=Code(kind), owner=owner)
    if owner:
        ring(owner, TASK_GIVEN.code, task)
    return task


@action("work.task.assign", _("Assign a task"), edge=TASK.assign)
def assign(task: Task, *, by: Actor, owner: Person) -> Task:
    """Somebody is to do it; in absence the deputy."""
    task.owner = organization.deputy_for(owner, organization.today(task.unit))
    task.save(update_fields=["owner"])
    ring(task.owner, TASK_GIVEN.code, task)
    return task


@action("work.task.finish", _("Finish a task"), edge=TASK.finish, duties=["5.4.1c"])
def finish(task: Task, *, by: Actor, proof: str) -> Task:
    """It is done, and this is the proof."""
    if by.kind is Kind.STAFF and by.id != task.owner_id and task.unit_id not in by.units:
        raise Refused("task_of_others", _("This task is another unit's. Its people say what was done."))
    if not proof.strip():
        raise Refused("proof_missing", _("Say what was done, so that it can be believed later."))
    task.done_at, task.done_by_id, task.proof = clock.now(), by.id, proof.strip()
    task.save(update_fields=["done_at", "done_by", "proof"])
    return task


@action("work.task.settle", _("Settle a task"), edge=TASK.drop)
def settle(task: Task, *, by: Actor) -> None:
    """What the task was for is done by other means."""


def settle_all(kind: str, about: Model, *, by: Actor) -> None:
    """Settle the open tasks of a kind about a subject."""
    for task in Task.objects.filter(kind=kind, subject_id=about.pk, state="open"):
        settle(task, by=by)


def ring(person: Person, kind: str, about: Model) -> Notice:
    """Tell a person something. Call inside an action."""
    assert kind in kinds.notices, f"{kind} is no registered kind of notice"
    rung = Notice.objects.create(
        id=uuid7(),
        person=person,
        kind=kind,
        subject_type=ledger.code_of(about),
        subject_id=about.pk,
        at=clock.now(),
    )
    heard_by = live.Audience(people=frozenset({person.pk}))
    live.send([live.Notice(ledger.code_of(rung), rung.pk, heard_by)])
    return rung


@action("work.notice.tell", _("Tell a person of what concerns them"), creates=True)
def tell(person: Person, *, by: Actor, kind: str) -> Notice:
    """Ring the bell for somebody about their own account."""
    record(kind=Code(kind))
    return ring(person, kind, person)


@action("work.notice.see", _("Look at the bell"), creates=True)
def see(person: Person, *, by: Actor) -> int:
    """The person has looked at the bell; how many strokes were new."""
    if person.pk != by.id:
        raise Refused("not_your_bell", _("This is another person's bell."))
    return Notice.objects.filter(person=person, seen_at__isnull=True).update(seen_at=clock.now())


def missing_calendar_year(deadline: Deadline, *, by: Actor) -> None:
    """One task a missing year for the administrators: until it is loaded deadlines in it are provisional."""
    for year in deadline.missing_years:
        open_task(
            organization.administration(),
            by=by,
            kind=CALENDAR_YEAR.code,
            about=Firm.objects.get(),
            key=f"{deadline.calendar}-{year}",
            calendar=deadline.calendar,
            year=year,
        )


def put_before_a_person(delivery: Delivery) -> None:
    """A subscriber could not do what it owes, or a chain of causes went too deep."""
    open_task(
        organization.administration(),
        by=REPORTER,
        kind=STUCK.code,
        about=Firm.objects.get(),
        key=str(delivery.pk),
        subscriber=delivery.subscriber,
        trouble=delivery.trouble,
    )


when_stuck(put_before_a_person)
