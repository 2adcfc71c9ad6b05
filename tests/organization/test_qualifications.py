from datetime import date

import pytest

import world
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.organization import queries
from plainspoken.organization.actions.qualifications import grant, revoke
from plainspoken.organization.models import Qualification

KIND = Qualification.Kind.CUSTOMER_CONTACT
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)


def given(username: str, *, by: str = "admin", first: date = FIRST, last: date = LAST) -> Qualification:
    return grant(world.person(username), by=world.actor(by), kind=KIND, valid_from=first, valid_to=last)


@pytest.mark.duty("4.4.1e")
def test_it_holds_from_its_first_day_to_its_last(firm):
    given("xin")
    xin = world.person("xin").pk
    days = [date(2026, 3, day) for day in (1, 2, 6, 7)]
    assert [queries.qualified(xin, KIND, day) for day in days] == [False, True, True, False]
    assert world.entries("organization.qualification.grant")


@pytest.mark.duty("4.4.1d")
def test_a_revoked_one_holds_no_more(firm):
    standing = Qualification.objects.get(person__username="li")
    revoke(standing, by=world.actor("admin"), reason="Failed the repeat exam.")
    assert not queries.qualified(world.person("li").pk, KIND, FIRST)
    with pytest.raises(Refused, match="revoked_already"):
        revoke(standing, by=world.actor("admin"), reason="Again.")
    assert world.entries("organization.qualification.revoke")


def test_a_revocation_has_its_reason(firm):
    with pytest.raises(Refused, match="reason_missing"):
        revoke(Qualification.objects.get(person__username="li"), by=world.actor("admin"), reason=" ")


def test_refused_by_role(firm):
    with pytest.raises(PermissionDenied):
        given("xin", by="zhao")
    with pytest.raises(PermissionDenied):
        revoke(Qualification.objects.get(person__username="li"), by=world.actor("zhao"), reason="No.")


def test_refused_by_rule(firm):
    with pytest.raises(Refused, match="own_qualification"):
        given("admin")
    with pytest.raises(Refused, match="ends_before_it_begins"):
        given("xin", first=LAST, last=FIRST)
