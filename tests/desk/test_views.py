"""Saved views: one's own tabs of the inbox, named, ordered, shared by a head of unit, removed."""

import re
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

import story
import world
from plainspoken.desk import actions
from plainspoken.desk.models import View
from plainspoken.desk.queries import views
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.ids import uuid7

pytestmark = pytest.mark.usefixtures("desk")
SAVE, VIEWS = "/cases/views/new/?show=ours&state=received", "/cases/views/"
VERBS = ("desk.view.rename", "desk.view.move_up", "desk.view.remove", "desk.view.share", "desk.view.unshare")


def kept(username: str = "li", name: str = "新来的", asked: str = "show=ours&state=received") -> View:
    return actions.save_view(world.person(username), by=world.actor(username), name=name, asked=asked)


def tabs(username: str) -> list[tuple[str, str]]:
    """The views among the person's tabs, with their counts."""
    page = world.client(username).get("/cases/").content.decode()
    part = page.partition('class="filters views"')[2].partition("</nav>")[0]
    found = re.findall(r'truncate">([^<]+)</span>(?: <span class="tally">([^<]+))?', part)
    return [(name, count) for name, count in found]


def test_it_stands_among_ones_tabs_with_its_count() -> None:
    story.received()
    answer = world.client("li").post(SAVE, {"name": "新来的"})
    assert (answer.status_code, answer["Location"]) == (303, "/cases/?show=ours&state=received")
    assert tabs("li") == [("新来的", "1")]
    assert tabs("wang") == []
    (entry,) = world.entries("desk.view.save")
    assert (entry.actor_id, entry.subject_id) == (world.person("li").pk, world.person("li").pk)
    shown = world.client("li").get(answer["Location"]).content.decode()
    assert 'aria-current="true"' in shown.partition('class="filters views"')[2].partition("</nav>")[0]
    assert "desk.view.save" not in shown
    assert reverse("desk.view.save") not in shown


def test_only_for_who_is_signed_in() -> None:
    view = kept()
    for address in (VIEWS, SAVE, reverse("desk.view.rename", args=[view.pk])):
        assert Client().get(address).status_code == 303
    assert world.client("li").get(VIEWS).status_code == 200
    assert world.client("li").post(VIEWS).status_code == 405


def test_one_name_stands_for_one_view_of_a_person() -> None:
    kept()
    answer = world.client("li").post(SAVE, {"name": "新来的"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert world.entries("desk.view.save", refusal="view_name_taken")
    assert View.objects.count() == 1
    kept("wang")
    with pytest.raises(IntegrityError, match="desk_view_name_once_per_owner"), transaction.atomic():
        View.objects.create(id=uuid7(), owner=world.person("li"), name="新来的", asked="show=mine", place=9)


@pytest.mark.parametrize("name", ["", "x" * 41])
def test_a_name_that_cannot_be(name: str) -> None:
    assert world.client("li").post(SAVE, {"name": name}).status_code == 422


@pytest.mark.parametrize("asked", ["state=asleep", "sort=colour", "line=%E5%8D%A1"])
def test_what_cannot_be_asked_is_not_kept(asked: str) -> None:
    assert world.client("li").post(f"/cases/views/new/?{asked}", {"name": "x"}).status_code == 400


@pytest.mark.parametrize("asked", ["show=ours&state=asleep", "show=dreamt"])
def test_a_view_older_than_the_release_leaves_the_inbox_open(asked: str) -> None:
    kept(asked=asked)
    assert tabs("li") == [("新来的", "")]


def test_there_is_an_end_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "OWN_MAX", 1)
    kept()
    with pytest.raises(Refused) as refused:
        kept(name="又一个")
    assert refused.value.code == "too_many_views"


def test_renaming_and_the_name_that_is_taken() -> None:
    view, other = kept(), kept(name="急")
    browser = world.client("li")
    assert story.post(browser, "desk.view.rename", view.pk, {"name": "刚到"}).status_code == 303
    assert View.objects.get(pk=view.pk).name == "刚到"
    assert story.post(browser, "desk.view.rename", other.pk, {"name": "刚到"}).status_code == 422
    assert world.entries("desk.view.rename")[0].subject_id == view.pk


def test_the_order_is_ones_own() -> None:
    first, second = kept(), kept(name="急")
    browser = world.client("li")
    assert [name for name, _count in tabs("li")] == ["新来的", "急"]
    assert story.post(browser, "desk.view.move_up", second.pk).status_code == 303
    assert [name for name, _count in tabs("li")] == ["急", "新来的"]
    story.post(browser, "desk.view.move_up", second.pk)
    assert [name for name, _count in tabs("li")] == ["急", "新来的"]
    story.post(browser, "desk.view.move_up", first.pk)
    assert [name for name, _count in tabs("li")] == ["新来的", "急"]


def test_removing_it() -> None:
    view = kept()
    assert story.post(world.client("li"), "desk.view.remove", view.pk).status_code == 303
    assert tabs("li") == []
    assert world.entries("desk.view.remove")[0].subject_id == view.pk


@pytest.mark.parametrize("verb", VERBS)
def test_anothers_is_not_found_shared_or_not(verb: str) -> None:
    for unit in ("", "customer-service"):
        view = kept("zhao", name=f"全部{unit}")
        if unit:
            actions.share_view(view, by=world.actor("zhao"), unit=world.unit(unit))
        assert story.post(world.client("li"), verb, view.pk, {"name": "x", "unit": ""}).status_code == 404
    assert story.post(world.client("li"), verb, UUID(int=1)).status_code == 404


@pytest.mark.parametrize("verb", ["rename_view", "move_view_up", "remove_view", "share_view", "unshare_view"])
def test_the_actions_refuse_another_persons(verb: str) -> None:
    more = {"rename_view": {"name": "x"}, "share_view": {"unit": world.unit("customer-service")}}
    with pytest.raises(Refused) as refused:
        getattr(actions, verb)(kept(), by=world.actor("zhao"), **more.get(verb, {}))
    assert refused.value.code == "not_your_view"
    with pytest.raises(Refused) as refused:
        actions.save_view(world.person("li"), by=world.actor("zhao"), name="x", asked="show=mine")
    assert refused.value.code == "not_your_view"


def test_a_head_shares_with_the_unit_and_each_finds_their_own() -> None:
    view = kept("zhao", name="未受理")
    mine = story.taken("li")
    answer = story.post(
        world.client("zhao"), "desk.view.share", view.pk, {"unit": world.unit("customer-service").pk}
    )
    assert answer.status_code == 303
    assert tabs("li") == [("未受理", "1")]
    assert tabs("zhou") == tabs("chen") == []
    assert listed_by("li", view) == [mine.number]
    assert (
        "Stop sharing"
        not in world.client("li").get(VIEWS, headers={"Accept-Language": "en"}).content.decode()
    )
    story.post(world.client("zhao"), "desk.view.unshare", view.pk)
    assert tabs("li") == []
    assert [entry.subject_id for entry in world.entries("desk.view.share")] == [view.pk]


def listed_by(username: str, view: View) -> list[str]:
    page = world.client(username).get(f"/cases/?{view.asked}").content.decode()
    return re.findall(r'class="row-number">([^<]+)<', page)


def test_nobody_shares_with_a_unit_that_another_heads() -> None:
    view = kept("zhao")
    browser = world.client("zhao")
    assert (
        story.post(browser, "desk.view.share", view.pk, {"unit": world.unit("credit-card").pk}).status_code
        == 422
    )
    with pytest.raises(Refused) as refused:
        actions.share_view(view, by=world.actor("zhao"), unit=world.unit("credit-card"))
    assert refused.value.code == "not_head_of_unit"
    with pytest.raises(PermissionDenied):
        actions.share_view(kept(), by=world.actor("li"), unit=world.unit("cs-team-1"))


def test_its_count_stops_at_a_hundred_and_costs_no_query_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from plainspoken.desk.queries import inbox

    monkeypatch.setattr(inbox, "COUNT_MAX", 1)
    story.received()
    story.received(sender="other@example.com")
    view = kept()
    assert inbox.counted(world.actor("li"), [view])[str(view.pk)] == 1
