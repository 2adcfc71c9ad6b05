from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import world
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import queries
from plainspoken.organization.actions.absences import end, report
from plainspoken.organization.models import Absence, Person

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)
DAY = timedelta(days=1)
PEOPLE = ["li", "wang", "xin", "zhao", "chen"]


def away(username: str, deputy: str, first: date = FIRST, last: date = LAST) -> Absence:
    return report(
        world.person(username),
        by=world.actor(username),
        deputy=world.person(deputy),
        from_day=first,
        to_day=last,
    )


@pytest.mark.duty("3.2d")
def test_the_deputy_stands_in_on_the_days_of_the_absence(firm):
    away("li", "wang")
    days = [FIRST - DAY, FIRST, LAST, LAST + DAY]
    names = [queries.deputy_for(world.person("li"), day).username for day in days]
    assert names == ["li", "wang", "wang", "li"]
    assert world.entries("organization.absence.report")


def test_an_absent_deputy_has_a_deputy(firm):
    away("li", "wang")
    away("wang", "zhao")
    assert queries.deputy_for(world.person("li"), FIRST).username == "zhao"


def test_in_a_circle_it_stays_with_the_person(firm):
    away("li", "wang")
    away("wang", "zhao")
    away("zhao", "wang")
    assert queries.deputy_for(world.person("li"), FIRST).username == "li"


def test_a_head_above_says_it_too(firm):
    report(
        world.person("li"),
        by=world.actor("zhao"),
        deputy=world.person("wang"),
        from_day=FIRST,
        to_day=LAST,
    )
    assert queries.absence_on(world.person("li"), FIRST)


@pytest.mark.parametrize("username", ["wang", "chen", "qian", "sun", "admin"])
def test_nobody_else_does(firm, username):
    with pytest.raises(Refused, match="not_your_absence"):
        report(
            world.person("li"),
            by=world.actor(username),
            deputy=world.person("wang"),
            from_day=FIRST,
            to_day=LAST,
        )
    assert world.entries("organization.absence.report", "not_your_absence")


def test_machines_have_no_say_without_permission(firm):
    with pytest.raises(PermissionDenied):
        report(
            world.person("li"),
            by=system("test.machine"),
            deputy=world.person("wang"),
            from_day=FIRST,
            to_day=LAST,
        )


@pytest.mark.parametrize(
    ("deputy", "first", "last", "why"),
    [
        ("li", FIRST, LAST, "deputy_is_oneself"),
        ("wang", LAST, FIRST, "ends_before_it_begins"),
        ("wang", date(2024, 1, 1), date(2024, 1, 2), "deputy_without_post"),
    ],
)
def test_refused_by_rule(firm, deputy, first, last, why):
    with pytest.raises(Refused, match=why):
        away("li", deputy, first, last)


def test_one_absence_at_a_time(firm):
    away("li", "wang")
    with pytest.raises(Refused, match="away_already"):
        away("li", "zhao", LAST, LAST + DAY)
    second = Absence(
        id=uuid7(), person=world.person("li"), deputy=world.person("zhao"), from_day=LAST, to_day=LAST
    )
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        second.save(force_insert=True)


def test_back_early(firm):
    absence = end(away("li", "wang"), by=world.actor("li"), to_day=FIRST)
    assert absence.to_day == FIRST
    assert queries.deputy_for(world.person("li"), LAST).username == "li"
    assert world.entries("organization.absence.end")


def test_one_that_never_began_is_withdrawn_and_its_days_are_free(firm):
    absence = end(away("li", "wang"), by=world.actor("li"), to_day=FIRST - DAY)
    assert absence.withdrawn_at
    assert queries.deputy_for(world.person("li"), FIRST).username == "li"
    away("li", "zhao")
    with pytest.raises(Refused, match="ended_already"):
        end(absence, by=world.actor("li"), to_day=FIRST - DAY)


def test_it_does_not_end_later_than_it_ended(firm):
    with pytest.raises(Refused, match="ended_already"):
        end(away("li", "wang"), by=world.actor("li"), to_day=LAST + DAY)


def test_only_the_person_or_a_head_ends_it(firm):
    absence = away("li", "wang")
    with pytest.raises(Refused, match="not_your_absence"):
        end(absence, by=world.actor("wang"), to_day=FIRST)
    end(absence, by=world.actor("zhao"), to_day=FIRST)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=5, max_size=5))
def test_whoever_is_away_the_deputy_is_there_or_it_stays(firm, deputies):
    """`deputies[i]` stands in for person i, None when i is there."""
    Absence.objects.all().delete()
    people = [world.person(username) for username in PEOPLE]
    for person, deputy in zip(people, deputies, strict=True):
        if deputy is not None and people[deputy] != person:
            Absence.objects.create(
                id=uuid7(), person=person, deputy=people[deputy], from_day=FIRST, to_day=LAST
            )
    for person in people:
        found: Person = queries.deputy_for(person, FIRST)
        assert found == person or queries.absence_on(found, FIRST) is None
