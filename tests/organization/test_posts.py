from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

import world
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import actors, queries
from plainspoken.organization.actions.posts import appoint, end_appointment, put_post, put_role
from plainspoken.organization.models import Appointment, Post, Role

MONDAY = date(2026, 3, 2)


def post(code: str) -> Post:
    return Post.objects.get(code=code)


def units(*codes: str) -> set[UUID]:
    """A team works in its department; a department sees its teams only through its head."""
    return {world.unit(code).pk for code in codes}


def held_by(username: str) -> Appointment:
    return Appointment.objects.get(person__username=username)


def test_a_role_is_put_and_its_permissions_recorded(firm):
    put_role(
        firm,
        by=world.actor("admin"),
        code="reader",
        name_zh="只读",
        name_en="Reader",
        permissions=["rulebook.read", "measures.read"],
    )
    assert Role.objects.get(code="reader").permissions == ["measures.read", "rulebook.read"]
    assert b"rulebook.read" in bytes(world.entries("organization.role.put")[-1].body)


def test_a_role_names_only_what_there_is(firm):
    with pytest.raises(Refused, match="permission_unknown"):
        put_role(
            firm,
            by=world.actor("admin"),
            code="reader",
            name_zh="只读",
            name_en="Reader",
            permissions=["rulebook.burn"],
        )
    assert world.entries("organization.role.put", "permission_unknown")


def test_a_post_gets_its_roles(firm):
    made = put_post(
        world.unit("marketing"),
        by=world.actor("admin"),
        code="mk-head",
        name_zh="负责人",
        name_en="Head",
        roles=[Role.objects.get(code="head")],
        head=True,
    )
    assert [role.code for role in made.roles.all()] == ["head"]
    assert world.entries("organization.post.put")[-1].subject_id == world.unit("marketing").pk


def test_a_unit_has_one_head(firm):
    with pytest.raises(Refused, match="head_exists"):
        put_post(
            world.unit("customer-service"),
            by=world.actor("admin"),
            code="second",
            name_zh="副职",
            name_en="Second",
            roles=[],
            head=True,
        )


def test_only_administrators_change_posts_and_roles(firm):
    head = world.actor("zhao")
    with pytest.raises(PermissionDenied):
        put_role(firm, by=head, code="x", name_zh="x", name_en="x", permissions=[])
    with pytest.raises(PermissionDenied):
        put_post(world.unit("marketing"), by=head, code="x", name_zh="x", name_en="x", roles=[])
    with pytest.raises(PermissionDenied):
        appoint(post("supervisor"), by=head, person=world.person("li"), from_day=MONDAY)
    with pytest.raises(PermissionDenied):
        end_appointment(held_by("li"), by=head, to_day=MONDAY)


@pytest.mark.duty("5.4.3a")
def test_what_a_person_may_follows_the_appointments_of_the_day(firm):
    li = world.person("li")
    end_appointment(held_by("li"), by=world.actor("admin"), to_day=date(2026, 2, 28))
    appoint(post("pf-expert"), by=world.actor("admin"), person=li, from_day=MONDAY)
    before, between, after = (actors.of(li, date(2026, *day)) for day in [(2, 28), (3, 1), (3, 2)])
    assert (before.post, before.units) == ("cs-agent", units("cs-team-1", "customer-service"))
    assert (between.post, between.unit, between.units) == ("", None, frozenset())
    assert (after.post, after.units) == ("pf-expert", units("personal-finance"))
    assert before.may("cases.inquiry.take")
    assert not between.may("cases.inquiry.take")
    assert between.may("organization.session.sign_out")


def test_two_posts_give_the_sum_and_the_first_is_named(firm):
    appoint(post("pf-expert"), by=world.actor("admin"), person=world.person("li"), from_day=MONDAY)
    li = actors.of(world.person("li"), MONDAY)
    assert li.post == "cs-agent"
    assert li.units == units("cs-team-1", "customer-service", "personal-finance")
    assert li.may("cases.inquiry.take")
    assert li.may("cases.inquiry.answer_inside")


def test_a_head_sees_the_units_below(firm):
    assert world.actor("zhao").units == units("customer-service", "cs-team-1")
    assert not world.actor("zhao").sees_all


def test_the_supervision_team_sees_all_and_changes_nothing_of_it(firm):
    assert world.actor("sun").sees_all
    assert not any(code.startswith(("cases.", "conversations.")) for code in world.actor("sun").permissions)


def test_a_post_is_held_once_at_a_time(firm):
    with pytest.raises(Refused, match="appointed_already"):
        appoint(post("cs-agent"), by=world.actor("admin"), person=world.person("li"), from_day=MONDAY)
    again = Appointment(
        id=uuid7(), person=world.person("li"), post=post("cs-agent"), from_day=MONDAY, to_day=MONDAY
    )
    with pytest.raises(IntegrityError, match="once_at_a_time"), transaction.atomic():
        again.save(force_insert=True)


def test_a_post_may_be_held_again_later(firm):
    admin, li = world.actor("admin"), world.person("li")
    end_appointment(held_by("li"), by=admin, to_day=date(2026, 2, 28))
    appoint(post("cs-agent"), by=admin, person=li, from_day=date(2026, 3, 1))
    assert Appointment.objects.filter(person=li).count() == 2
    assert world.entries("organization.appointment.end")


def test_an_appointment_ends_after_it_begins_and_once(firm):
    admin = world.actor("admin")
    with pytest.raises(Refused, match="ends_before_it_begins"):
        appoint(
            post("supervisor"),
            by=admin,
            person=world.person("li"),
            from_day=MONDAY,
            to_day=date(2026, 3, 1),
        )
    with pytest.raises(Refused, match="ends_before_it_begins"):
        end_appointment(held_by("li"), by=admin, to_day=date(2024, 12, 31))
    end_appointment(held_by("li"), by=admin, to_day=MONDAY)
    with pytest.raises(Refused, match="ended_already"):
        end_appointment(held_by("li"), by=admin, to_day=date(2026, 3, 3))


def test_a_vacant_head_is_that_of_the_unit_above(firm):
    assert queries.head_of(world.unit("cs-team-1")) == world.person("zhao")
    assert queries.head_of(world.unit("credit-card")) is None
    end_appointment(held_by("zhao"), by=world.actor("admin"), to_day=MONDAY)
    assert queries.head_of(world.unit("cs-team-1")) is None


def test_members_are_those_of_the_unit_and_below(firm):
    names = [one.username for one in queries.members(world.unit("customer-service"))]
    assert names == ["li", "wang", "xin", "zhao"]
