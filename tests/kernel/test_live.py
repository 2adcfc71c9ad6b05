"""Waking screens: whom a notice concerns, what it may carry, and that it travels with the commit and not without."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction

import mailroom
import world
from plainspoken.cases.actions import ownership
from plainspoken.conversations.actions import drafts, send
from plainspoken.conversations.models import Exclusion
from plainspoken.kernel import clock, live
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.live import Audience, Notice
from plainspoken.organization.actions import posts, sessions
from plainspoken.organization.models import Firm
from plainspoken.work import actions as work

WAIT_SECONDS = 1.0


@contextmanager
def listening() -> Iterator[list[Notice]]:
    """What is told in the block, once it has ended."""
    heard: list[Notice] = []
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as line:
        line.execute(f"LISTEN {live.CHANNEL}")
        yield heard
        heard += [Notice.unpacked(one.payload) for one in line.notifies(timeout=WAIT_SECONDS)]


def about(heard: list[Notice], subject: str) -> list[Notice]:
    return [one for one in heard if one.subject == subject]


def test_a_notice_concerns_units_and_people_and_never_the_excluded() -> None:
    unit, person = uuid7(), uuid7()
    member, other = system("m"), system("o")
    object.__setattr__(member, "units", frozenset({unit}))
    for actor in (member, other):
        object.__setattr__(actor, "sees_all", False)
    assert Audience(units=frozenset({unit})).has(member)
    assert not Audience(units=frozenset({unit})).has(other)
    assert Audience(people=frozenset({other.id})).has(other)
    assert not Audience(units=frozenset({unit}), never=frozenset({member.id})).has(member)
    assert Audience(everybody=True).has(other)
    assert not Audience(everybody=True, never=frozenset({other.id})).has(other)
    supervisor = system("s")
    assert Audience(units=frozenset({unit})).has(supervisor)
    assert not Audience(people=frozenset({person})).has(supervisor)


def test_a_notice_is_ids_and_codes_and_never_too_long_to_travel() -> None:
    notice = Notice("conversations.conversation", uuid7(), Audience(units=frozenset({uuid7(), uuid7()})))
    assert Notice.unpacked(notice.packed()) == notice
    many = Notice(
        "conversations.conversation", uuid7(), Audience(units=frozenset(uuid7() for _ in range(300)))
    )
    assert len(many.packed()) <= live.NOTICE_BYTES_MAX
    told = Notice.unpacked(many.packed())
    assert (told.subject, told.audience.everybody) == (live.GAP, True)


@pytest.mark.django_db(transaction=True)
def test_what_commits_is_told_to_the_units_and_the_owner_and_not_to_the_excluded() -> None:
    mailroom.opened()
    case = mailroom.received()
    ownership.take(case, by=world.actor("li"))
    Exclusion.objects.create(conversation=case.conversation, person=world.person("wang"), since=clock.now())
    with listening() as heard:
        send.add_note(case.conversation, by=world.actor("li"), text="客户语气很急")
    (notice,) = about(heard, "conversations.conversation")
    assert notice.id == case.conversation_id
    assert notice.audience.units == {world.unit("customer-service").pk}
    assert notice.audience.people == {world.person("li").pk}
    assert notice.audience.has(world.actor("li"))
    assert not notice.audience.has(world.actor("wang"))
    assert not notice.audience.has(world.actor("chen"))
    assert "客户" not in json.dumps(notice.packed())


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_or_rolled_back_or_only_typed_is_not_told() -> None:
    mailroom.opened()
    conversation = mailroom.received().conversation
    with listening() as heard:
        with pytest.raises(Refused):
            send.add_note(conversation, by=world.actor("li"), text=" ")
        drafts.save_draft(conversation, by=world.actor("li"), text="尊敬的")
        with transaction.atomic():
            send.add_note(conversation, by=world.actor("li"), text="不算")
            transaction.set_rollback(True)
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_and_a_task_and_the_bell_are_told() -> None:
    mailroom.opened()
    with listening() as heard:
        case = mailroom.received()
    assert {one.id for one in about(heard, "conversations.conversation")} == {case.conversation_id}
    unit, li = world.unit("cs-team-1"), world.person("li")
    with listening() as heard:
        task = work.open_task(unit, by=work.REPORTER, kind=work.STUCK.code, about=case, owner=li)
    (told,) = about(heard, "work.task")
    assert (told.id, told.audience) == (task.pk, Audience(frozenset({unit.pk}), frozenset({li.pk})))
    (stroke,) = about(heard, "work.notice")
    assert stroke.audience == Audience(people=frozenset({li.pk}))


@pytest.mark.django_db(transaction=True)
def test_a_change_of_rights_is_told_to_whom_it_may_concern() -> None:
    world.firm()
    li, by = world.person("li"), system("t", "organization.role.put")
    with listening() as heard:
        sessions.sign_out(li, by=world.actor("li"))
        posts.put_role(Firm.objects.get(), by=by, code="new", name_zh="新", name_en="New", permissions=[])
    (own,) = about(heard, "organization.person")
    assert (own.id, own.audience) == (li.pk, Audience(people=frozenset({li.pk})))
    (all_,) = about(heard, "organization.firm")
    assert all_.audience == Audience(everybody=True)
    with listening() as heard:
        sessions.fail(li, by=sessions.DOOR, username="li", address="::1", wait=0)
    assert heard == []
