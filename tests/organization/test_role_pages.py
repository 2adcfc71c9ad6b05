"""Roles on screen: where they come from, what they allow in words, and that the door stays open."""

import pytest
from django.urls import reverse

import filling
import world
from plainspoken.organization import firmfile, permissions, roles, structure
from plainspoken.organization.models import Post, Role

pytestmark = pytest.mark.usefixtures("firm")
NEW = reverse("organization.role.add")


def sheet(code: str) -> str:
    return reverse("organization.role.put", args=[Role.objects.get(code=code).pk])


def page(code: str) -> str:
    address = reverse("organization.role", args=[Role.objects.get(code=code).pk])
    return str(world.client("admin").get(address).content.decode())


@pytest.mark.duty("5.4.3a")
def test_a_role_of_the_firms_own() -> None:
    given = {
        "name_zh": "台账查阅",
        "name_en": "Ledger reader",
        "code": "reader",
        "permissions": ["ledger.read"],
    }
    assert filling.send(world.client("admin"), NEW, **given).status_code == 303
    role = Role.objects.get(code="reader")
    assert (role.permissions, role.shipped, structure.origin(role)) == (["ledger.read"], False, "own")


def test_a_shipped_role_that_is_changed_is_marked_and_left_by_a_new_release() -> None:
    kept = [code for code in Role.objects.get(code="agent").permissions if code != "cases.inquiry.close"]
    assert filling.send(world.client("admin"), sheet("agent"), permissions=kept).status_code == 303
    role = Role.objects.get(code="agent")
    assert (role.permissions, structure.origin(role)) == (kept, "changed")
    assert roles.put_shipped(by=firmfile.actor()) == []


def test_its_page_says_in_words_what_it_allows_and_who_has_it() -> None:
    shown = page("agent")
    assert str(permissions.label("cases.inquiry.triage")) in shown
    assert "cases.inquiry.triage" not in shown
    assert "李敏" in shown
    assert "赵刚" not in shown


def test_what_only_machines_do_is_not_offered() -> None:
    offered = permissions.offered([])
    assert "channels.raw.receive" not in offered
    assert {"measures.read", "organization.role.put", "cases.inquiry.answer"} <= set(offered)


def test_what_a_role_has_beyond_that_is_kept() -> None:
    assert "channels.raw.receive" in permissions.offered(["channels.raw.receive"])


def test_a_permission_nobody_offered_is_refused() -> None:
    answer = filling.send(world.client("admin"), sheet("agent"), permissions=["cases.inquiry.teleport"])
    assert (answer.status_code, list(filling.errors(answer))) == (422, ["permissions"])


def test_nobody_locks_the_firm_out() -> None:
    kept = [
        code for code in Role.objects.get(code="administrator").permissions if code != "organization.role.put"
    ]
    answer = filling.send(world.client("admin"), sheet("administrator"), permissions=kept)
    assert (answer.status_code, list(filling.errors(answer))) == (422, ["permissions"])
    assert "organization.role.put" in Role.objects.get(code="administrator").permissions
    assert world.entries("organization.role.put", "nobody_left_to_administer")


def test_another_role_that_is_held_keeps_the_door_open() -> None:
    browser = world.client("admin")
    standing = Role.objects.get(code="supervisor").permissions
    filling.send(browser, sheet("supervisor"), permissions=[*standing, "organization.role.put"])
    kept = [
        code for code in Role.objects.get(code="administrator").permissions if code != "organization.role.put"
    ]
    assert filling.send(browser, sheet("administrator"), permissions=kept).status_code == 303
    assert browser.get(reverse("organization.roles")).status_code == 403


def test_two_at_once_the_second_is_told_what_stands() -> None:
    browser = world.client("admin")
    seen = filling.shown(browser.get(sheet("agent")).context["form"])
    filling.send(browser, sheet("agent"), permissions=["work.task.finish"])
    answer = browser.post(sheet("agent"), {**seen, "name_en": "Clerk"})
    assert answer.status_code == 422
    assert str(permissions.label("work.task.finish")) in filling.errors(answer)["permissions"][0]
    assert Role.objects.get(code="agent").permissions == ["work.task.finish"]


def test_the_list_counts_posts_and_people() -> None:
    rows = {row.role.code: row for row in structure.role_rows()}
    assert (rows["agent"].posts, rows["agent"].holders, rows["agent"].origin) == (1, 3, "shipped")
    assert rows["management"].holders == 0
    assert Post.objects.filter(roles__code="head").count() == rows["head"].posts
