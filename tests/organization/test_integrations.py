"""Programs are connected with a token that is kept nowhere, and disconnected for good; on the screens too."""

import hashlib
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

import filling
import programs
import world
from plainspoken.kernel.action import action
from plainspoken.kernel.actor import Actor, Kind, system
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.models import Entry, Opening
from plainspoken.organization import integrations as known
from plainspoken.organization import queries
from plainspoken.organization.actions import integrations
from plainspoken.organization.models import Integration, Role

pytestmark = pytest.mark.usefixtures("firm")
TOKEN = re.compile(r'<code class="token">(plainspoken_[\w-]{43})</code>')


@action("tests.second.look", "测试", creates=True, not_by="person")
def second_look(subject: Integration, *, by: Actor) -> None:
    """Four eyes over a row that keeps who was first in `person`."""


def today() -> date:
    return queries.today(queries.root())


def given(**more: Any) -> dict[str, Any]:
    values = {"name": "CRM", "role": Role.objects.get(code="agent"), "person": world.person("li")}
    return {**values, "last_day": today() + timedelta(days=9), "requests_a_minute": 60, **more}


def refused(code: str, **more: Any) -> None:
    with pytest.raises(Refused, match=code):
        integrations.make(world.unit("cs-team-1"), by=programs.CONNECTOR, **given(**more))


@pytest.mark.duty("5.4.3a")
def test_the_token_is_kept_only_as_a_hash() -> None:
    made, token = integrations.make(world.unit("cs-team-1"), by=programs.CONNECTOR, **given())
    assert bytes(made.token_hash) == hashlib.sha256(token.encode()).digest()
    (entry,) = world.entries("organization.integration.make")
    kept = f"{bytes(entry.body).decode()}{Opening.objects.get(pk=entry.pk).values}"
    assert token not in kept
    assert str(made.pk) in kept


def test_it_is_an_actor_with_the_role_for_the_unit_and_those_below() -> None:
    by = programs.connected("supervisor", unit="customer-service", person="zhao").actor
    assert (by.kind, by.person, by.sees_all) == (Kind.INTEGRATION, world.person("zhao").pk, False)
    assert by.units == {world.unit("customer-service").pk, world.unit("cs-team-1").pk}
    assert by.may("ledger.read")


def test_what_cannot_be_connected() -> None:
    programs.connected(name="CRM")
    refused("program_name_taken")
    refused("allowance_unfit", name="A", requests_a_minute=0)
    refused("program_lasts_unfit", name="A", last_day=today() - timedelta(days=1))
    refused("program_lasts_unfit", name="A", last_day=today() + timedelta(days=367))
    world.person("li").appointment_set.update(to_day=today() - timedelta(days=1))
    refused("responsible_without_post", name="A")


def test_a_name_is_free_again_after_the_end() -> None:
    first = programs.connected(name="CRM")
    integrations.end(first.row, by=programs.CONNECTOR)
    with pytest.raises(Refused, match="program_ended"):
        integrations.end(first.row, by=programs.CONNECTOR)
    assert programs.connected(name="CRM").row.pk != first.row.pk


def test_nobody_is_the_second_pair_of_eyes_by_a_program_of_their_own() -> None:
    first, other = programs.connected(person="li"), programs.connected(person="wang")
    for program in (first, programs.connected(person="li")):
        by = replace(program.actor, permissions=frozenset({"tests.second.look"}))
        with pytest.raises(Refused, match="same_person"):
            second_look(first.row, by=by)
    second_look(first.row, by=replace(other.actor, permissions=frozenset({"tests.second.look"})))


def test_only_who_may_connects() -> None:
    with pytest.raises(PermissionDenied):
        integrations.make(world.unit("cs-team-1"), by=system("tests.nobody"), **given())


def test_the_token_is_shown_once(client: Any) -> None:
    admin, unit = world.client("admin"), world.unit("cs-team-1")
    values = given(role=Role.objects.get(code="agent").pk, person="li", unit=unit.pk)
    answer = filling.send(admin, reverse("organization.integration.make"), **values)
    assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (200, True)
    (token,) = TOKEN.findall(answer.content.decode())
    found = known.find(token)
    assert found is not None
    assert known.standing(found) == "valid"
    page = admin.get(reverse("organization.integrations")).content.decode()
    assert "CRM" in page
    assert token not in page
    (entry,) = world.entries("organization.integration.make")
    assert entry.actor_id == world.person("admin").pk


@pytest.mark.parametrize(
    ("field", "value"),
    [("person", "nobody"), ("last_day", "2020-01-01"), ("requests_a_minute", "0"), ("name", "")],
)
def test_what_is_wrong_is_said_at_its_field(field: str, value: str) -> None:
    values = given(role=Role.objects.get(code="agent").pk, person="li", unit=world.unit("cs-team-1").pk)
    address = reverse("organization.integration.make")
    answer = filling.send(world.client("admin"), address, **{**values, field: value})
    assert (answer.status_code, [*filling.errors(answer)]) == (422, [field])
    assert not Integration.objects.exists()


def test_it_is_disconnected_on_the_screen() -> None:
    program, admin = programs.connected(name="CRM"), world.client("admin")
    assert (
        filling.send(admin, reverse("organization.integration.end", args=[program.row.pk])).status_code == 303
    )
    assert "CRM" not in admin.get(reverse("organization.integrations")).content.decode()
    assert "CRM" in admin.get(reverse("organization.integrations") + "?ended=1").content.decode()
    assert program.get("choices/").status_code == 401
    again = filling.send(admin, reverse("organization.integration.end", args=[program.row.pk]))
    assert again.status_code == 422


def test_the_ledger_says_which_program_it_was() -> None:
    program = programs.connected("mail_gateway", name="CRM", requests_a_minute=1)
    program.get("choices/")
    program.get("choices/")
    assert Entry.objects.filter(actor_kind="integration").exists()
    answer = world.client("sun").get("/ledger/", {"who": "CRM"})
    assert [row.entry.code for row in answer.context["rows"]] == ["organization.integration.use"]
    assert [row.who for row in answer.context["rows"]] == ["接入系统 · CRM"]
