"""The tree of units on screen: adding, changing, moving and taking away."""

from typing import Any

import pytest
from django.urls import reverse

import filling
import mailroom
import world
from plainspoken.organization.models import Firm, Unit

pytestmark = pytest.mark.usefixtures("firm")
NEW = reverse("organization.unit.add")
TEAM = {"name_zh": "客服二组", "name_en": "Service team 2", "code": "cs-team-2", "kind": "team"}


def sheet(code: str) -> str:
    return reverse("organization.unit.put", args=[world.unit(code).pk])


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.duty("5.4.3a")
def test_a_unit_is_added_below_another() -> None:
    answer = filling.send(world.client("admin"), NEW + "?below=customer-service", **TEAM)
    assert (answer.status_code, answer["Location"]) == (303, reverse("organization.units"))
    made = world.unit("cs-team-2")
    assert made.parent == world.unit("customer-service")
    (entry,) = world.entries("organization.unit.put")[-1:]
    assert entry.actor_id == world.person("admin").pk


def test_the_tree_is_indented() -> None:
    page = text(world.client("admin").get(reverse("organization.units")))
    assert 'class="depth-2"' in page
    assert page.index("cs-team-1") > page.index("customer-service")


def test_a_unit_is_moved_and_renamed() -> None:
    to = world.unit("personal-finance")
    assert (
        filling.send(world.client("admin"), sheet("cs-team-1"), parent=to.pk, name_zh="客服组").status_code
        == 303
    )
    team = world.unit("cs-team-1")
    assert (team.parent, team.name_zh) == (to, "客服组")


def test_a_code_that_is_taken_overwrites_nothing() -> None:
    answer = filling.send(
        world.client("admin"), NEW, **{**TEAM, "code": "marketing"}, parent=world.unit("haian").pk
    )
    assert answer.status_code == 422
    assert list(filling.errors(answer)) == ["code"]
    assert answer.context["form"]["name_zh"].value() == "客服二组"
    assert world.unit("marketing").name_zh == "市场营销部"
    assert world.entries("organization.unit.put", "code_taken")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"parent": "cs-team-1"}, "parent"),
        ({"parent": ""}, "parent"),
        ({"time_zone": "Asia/Shanghai"}, "time_zone"),
        ({"kind": "planet"}, "kind"),
        ({"name_en": ""}, "name_en"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(changed: dict[str, str], field: str) -> None:
    if changed.get("parent"):
        changed = {"parent": str(world.unit(changed["parent"]).pk)}
    answer = filling.send(world.client("admin"), sheet("customer-service"), **changed)
    assert answer.status_code == 422
    assert list(filling.errors(answer)) == [field]
    assert world.unit("customer-service").parent == world.unit("haian")


def test_two_at_once_the_second_is_told_and_may_then_decide() -> None:
    first, second = world.client("admin"), world.client("admin")
    seen = filling.shown(second.get(sheet("marketing")).context["form"])
    filling.send(first, sheet("marketing"), name_en="Marketing and brand")
    answer = second.post(sheet("marketing"), {**seen, "name_en": "Sales"})
    assert answer.status_code == 422
    assert "Marketing and brand" in filling.errors(answer)["name_en"][0]
    assert world.unit("marketing").name_en == "Marketing and brand"
    assert world.entries("organization.unit.put", "changed_meanwhile")
    again = filling.shown(answer.context["form"])
    assert second.post(sheet("marketing"), again).status_code == 303
    assert world.unit("marketing").name_en == "Sales"


def test_a_unit_that_never_was_used_is_taken_away() -> None:
    filling.send(world.client("admin"), NEW, **TEAM, parent=world.unit("haian").pk)
    made = world.unit("cs-team-2")
    answer = world.client("admin").post(reverse("organization.unit.remove", args=[made.pk]))
    assert answer.status_code == 303
    assert not Unit.objects.filter(code="cs-team-2").exists()
    assert world.entries("organization.unit.remove")[0].subject_id == made.pk


@pytest.mark.parametrize("code", ["haian", "customer-service", "cs-team-1"])
def test_one_with_units_posts_or_cases_stays(code: str) -> None:
    mailroom.opened()
    mailroom.received()
    answer = world.client("admin").post(reverse("organization.unit.remove", args=[world.unit(code).pk]))
    assert answer.status_code == 422
    assert "still_in_use" in text(answer)
    assert Unit.objects.filter(code=code).exists()


def test_the_firm_is_renamed() -> None:
    address = reverse("organization.firm.found")
    assert filling.send(world.client("admin"), address, name_en="Haian").status_code == 303
    firm = Firm.objects.get()
    assert (firm.name_en, firm.demo) == ("Haian", False)


def test_two_who_rename_the_firm_at_once() -> None:
    address, browser = reverse("organization.firm.found"), world.client("admin")
    seen = filling.shown(browser.get(address).context["form"])
    filling.send(browser, address, name_en="First")
    assert browser.post(address, {**seen, "name_en": "Second"}).status_code == 422
    assert Firm.objects.get().name_en == "First"
