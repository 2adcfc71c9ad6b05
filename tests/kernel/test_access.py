"""The one door to what a person may see: what they may not see is not there, what they open is noted."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Model, Q
from django.http import Http404

import mailroom
import world
from plainspoken.cases.actions import hand_over, ownership, triage
from plainspoken.cases.models import Case, Line, Type
from plainspoken.channels.models import Raw
from plainspoken.conversations.models import Conversation
from plainspoken.customers.models import Customer
from plainspoken.kernel import access, clock
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Read, SearchPending
from plainspoken.work import actions as work
from plainspoken.work.models import Task

EVERYBODY = ("li", "wang", "xin", "zhao", "chen", "qian", "zhou", "sun", "admin")
OURS = {"li", "wang", "xin", "zhao"}
SUPERVISION = {"sun"}
Row = Case | Conversation | Customer | Raw | Task


@pytest.fixture
def case(db: None) -> Case:
    """In the queue of customer service, whose mailbox it came to."""
    mailroom.opened()
    return mailroom.received()


def seen_by(row: Model) -> set[str]:
    """Who sees the row, of everybody in the small firm."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    return {name for name in EVERYBODY if access.visible(rows, world.actor(name)).exists()}


def taken(case: Case, by: str = "li") -> Case:
    line = Line.objects.get(code="card")
    return triage.triage(case, by=world.actor(by), type=Type.objects.get(code="fee"), line=line)


def asked(case: Case, department: str = "credit-card") -> None:
    hand_over.hand_over(
        case, by=world.actor("li"), to=world.unit(department), question="？",
        told_at=clock.now() + timedelta(days=2), text="两天内答复",
    )  # fmt: skip


@pytest.mark.parametrize("of", [Case, Conversation, Raw])
def test_the_unit_whose_mailbox_it_came_to_sees_it(case: Case, of: type[Model]) -> None:
    assert seen_by(of._default_manager.get()) == OURS | SUPERVISION


@pytest.mark.duty("4.3.1g")
def test_a_department_that_is_asked_sees_it_from_then_on(case: Case) -> None:
    asked(taken(case))
    assert seen_by(case) == seen_by(case.conversation) == OURS | SUPERVISION | {"zhou"}
    hand_over.take_back(case, by=world.actor("li"))
    assert "zhou" in seen_by(case)
    assert "zhou" not in seen_by(Raw.objects.get())


def test_a_department_sees_nothing_of_what_another_was_asked(case: Case) -> None:
    asked(taken(case), "personal-finance")
    assert seen_by(case) == OURS | SUPERVISION | {"chen", "qian"}


def test_who_answers_for_it_sees_it_from_wherever(case: Case) -> None:
    ownership.assign(case, by=world.actor("zhao"), owner=world.person("chen"))
    assert seen_by(case) == seen_by(case.conversation) == OURS | SUPERVISION | {"chen"}


@pytest.mark.parametrize("about", ["case", "conversation"])
def test_whom_a_task_names_sees_it_while_the_task_is_open(case: Case, about: str) -> None:
    subject = case if about == "case" else case.conversation
    task = work.open_task(
        world.unit("technology"),
        by=work.REPORTER,
        kind=work.STUCK.code,
        about=subject,
        owner=world.person("admin"),
    )
    assert "admin" in seen_by(case.conversation)
    work.finish(task, by=world.actor("admin"), proof="看过了")
    assert "admin" not in seen_by(case.conversation)


@pytest.mark.duty("5.4.3a")
@pytest.mark.parametrize("name", ["li", "zhao", "sun"])
def test_nobody_who_is_excluded_sees_it(case: Case, name: str) -> None:
    taken(case)
    case.conversation.exclusions.create(person=world.person(name), since=clock.now())
    assert seen_by(case) == seen_by(case.conversation) == (OURS | SUPERVISION) - {name}


def test_a_customer_is_seen_by_those_who_see_a_conversation(case: Case) -> None:
    asked(taken(case))
    assert seen_by(case.customer) == OURS | SUPERVISION | {"zhou"}


def test_a_customer_is_seen_by_the_home_unit(db: None) -> None:
    world.firm()
    unit = world.unit("personal-finance")
    customer = Customer.objects.create(
        id=uuid7(), kind="individual", number="C1", name="王芳", home_unit=unit, since=clock.now()
    )
    assert seen_by(customer) == {"chen", "qian"} | SUPERVISION


def test_a_task_is_seen_by_its_unit_and_its_owner(case: Case) -> None:
    task = work.open_task(
        world.unit("technology"),
        by=work.REPORTER,
        kind=work.STUCK.code,
        about=case,
        owner=world.person("chen"),
    )
    assert seen_by(task) == {"admin", "chen"} | SUPERVISION


def test_lists_and_counts_are_narrowed_alike(case: Case) -> None:
    chen = world.actor("chen")
    rows = access.visible(Case.objects.filter(state="received"), chen)
    assert (list(rows), rows.count(), rows.exists()) == ([], 0, False)


def test_a_row_that_several_reasons_show_is_shown_once(case: Case) -> None:
    asked(taken(case))
    for _ in range(2):
        work.open_task(
            world.unit("cs-team-1"), by=work.REPORTER, kind=work.STUCK.code, about=case, key=str(uuid7()),
            owner=world.person("li"),
        )  # fmt: skip
    assert access.visible(Case.objects.all(), world.actor("li")).count() == 1


def opened(case: Case, by: Actor, **more: str) -> Case:
    return access.open(Case.objects.all(), case.pk, by, **more)


@pytest.mark.duty("5.1.4b")
def test_opening_is_noted_in_the_read_journal(case: Case) -> None:
    li = world.actor("li")
    assert opened(case, li, purpose="call_back") == case
    read = Read.objects.get()
    assert (read.actor_id, read.actor_post, read.purpose) == (li.id, "cs-agent", "call_back")
    assert (read.subject_type, read.subject_id) == ("cases.case", case.pk)
    assert clock.now() - read.at < timedelta(minutes=1)


def test_each_opening_is_noted(case: Case) -> None:
    for name in ("li", "li", "sun"):
        opened(case, world.actor(name))
    assert Read.objects.filter(subject_id=case.pk, purpose="work").count() == 3


def test_what_one_may_not_see_is_not_there_and_nothing_is_noted(case: Case) -> None:
    with pytest.raises(Http404):
        opened(case, world.actor("chen"))
    assert not Read.objects.exists()


def test_what_does_not_exist_is_not_there(case: Case) -> None:
    with pytest.raises(Http404):
        access.open(Case.objects.all(), uuid7(), world.actor("sun"))


def test_what_the_queryset_leaves_out_is_not_there(case: Case) -> None:
    with pytest.raises(Http404):
        access.open(Case.objects.filter(state="closed"), case.pk, world.actor("li"))


@pytest.mark.duty("5.4.3a")
def test_an_excluded_person_opens_nothing(case: Case) -> None:
    case.conversation.exclusions.create(person=world.person("li"), since=clock.now())
    with pytest.raises(Http404):
        opened(case, world.actor("li"))


def test_the_journal_is_only_added_to(case: Case) -> None:
    opened(case, world.actor("li"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Read.objects.update(purpose="nothing")
    with pytest.raises(DatabaseError), transaction.atomic():
        Read.objects.all().delete()


def test_a_table_nobody_spoke_for_is_shown_to_nobody(db: None) -> None:
    world.firm()
    with pytest.raises(TypeError):
        access.visible(SearchPending.objects.all(), world.actor("li"))


def test_a_table_has_one_exclusion() -> None:
    with pytest.raises(AssertionError, match="has its exclusion"):
        access.rows(Case, sees=_nobody, excluded=_nobody)
    access._sees[Case].remove(_nobody)


def _nobody(by: Actor) -> Q:
    return Q(pk=UUID(int=0))
