"""Posts on screen: their roles, their head, who holds them now and next."""

from datetime import timedelta

import pytest
from django.urls import reverse

import filling
import world
from plainspoken.organization import queries
from plainspoken.organization.actions import posts
from plainspoken.organization.models import Post, Role

pytestmark = pytest.mark.usefixtures("firm")
LIST, NEW = reverse("organization.posts"), reverse("organization.post.add")


def sheet(code: str) -> str:
    return reverse("organization.post.put", args=[Post.objects.get(code=code).pk])


def role(code: str) -> str:
    return str(Role.objects.get(code=code).pk)


def new(**changed: object) -> dict[str, object]:
    return {"name_zh": "主管", "name_en": "Lead", "code": "lead", "roles": [role("head")], **changed}


@pytest.mark.duty("5.4.3a")
def test_a_post_is_added_to_a_unit() -> None:
    assert filling.send(world.client("admin"), NEW + "?unit=cs-team-1", **new(head="on")).status_code == 303
    post = Post.objects.get(code="lead")
    assert (post.unit, post.head, [one.code for one in post.roles.all()]) == (
        world.unit("cs-team-1"),
        True,
        ["head"],
    )
    assert world.entries("organization.post.put")[-1].subject_id == post.unit_id


def test_a_second_head_is_refused_at_its_box() -> None:
    answer = filling.send(world.client("admin"), NEW + "?unit=customer-service", **new(head="on"))
    assert answer.status_code == 422
    assert list(filling.errors(answer)) == ["head"]


def test_roles_are_changed_and_two_at_once_are_told() -> None:
    browser = world.client("admin")
    seen = filling.shown(browser.get(sheet("cs-agent")).context["form"])
    assert filling.send(browser, sheet("cs-agent"), roles=[role("agent"), role("head")]).status_code == 303
    answer = browser.post(sheet("cs-agent"), {**seen, "name_en": "Clerk"})
    assert answer.status_code == 422
    post = Post.objects.get(code="cs-agent")
    assert (post.name_en, post.roles.count()) == ("Agent", 2)


def test_the_list_says_who_holds_it_now_and_next() -> None:
    later = queries.today(queries.root()) + timedelta(days=30)
    posts.appoint(
        Post.objects.get(code="supervisor"),
        by=world.actor("admin"),
        person=world.person("xin"),
        from_day=later,
    )
    browser = world.client("admin")
    page = browser.get(LIST, {"q": "supervisor"}).content.decode()
    assert "孙丽" in page
    assert f"{later:%Y-%m-%d}" in page
    assert "空缺" not in page


def test_a_vacant_post_says_so_and_is_taken_away() -> None:
    browser = world.client("admin")
    filling.send(browser, NEW + "?unit=cs-team-1", **new())
    assert "空缺" in browser.get(LIST, {"q": "lead"}).content.decode()
    made = Post.objects.get(code="lead")
    assert browser.post(reverse("organization.post.remove", args=[made.pk])).status_code == 303
    assert not Post.objects.filter(code="lead").exists()
    assert world.entries("organization.post.remove")[0].subject_id == made.pk


def test_one_that_was_ever_held_stays() -> None:
    post = Post.objects.get(code="cs-agent")
    answer = world.client("admin").post(reverse("organization.post.remove", args=[post.pk]))
    assert answer.status_code == 422
    assert world.entries("organization.post.remove", "still_in_use")


def test_the_last_post_that_administers_keeps_its_role() -> None:
    answer = filling.send(world.client("admin"), sheet("administrator"), roles=[role("agent")])
    assert answer.status_code == 422
    assert list(filling.errors(answer)) == ["roles"]
    assert world.entries("organization.post.put", "nobody_left_to_administer")
    assert world.actor("admin").may("organization.role.put")
