"""Tags on screen: in the list, on the case, and the page where the firm's tags are set up."""

import pytest
from django.test import Client
from django.urls import reverse

import story
import world
from plainspoken.cases.actions import tags
from plainspoken.cases.models import Case, Tag
from plainspoken.organization.models import Firm

pytestmark = pytest.mark.usefixtures("desk")
NEW = {"code": "Urged", "name_zh": "催办", "name_en": "Urged", "colour": "amber"}


def made(code: str = "urged", name: str = "催办") -> Tag:
    by = world.actor("zhao")
    return tags.put(Firm.objects.get(), by=by, code=code, name_zh=name, name_en=code, colour=Tag.Colour.AMBER)


def tagged() -> tuple[Case, Tag]:
    case, tag = story.received(), made()
    tags.tag(case, by=world.actor("li"), tag=tag)
    return case, tag


def test_it_is_shown_in_the_list_on_the_case_and_beside_it() -> None:
    case, _tag = tagged()
    assert "tag-amber" in world.client("li").get("/cases/?show=waiting").content.decode()
    page = world.client("li").get(reverse("desk.case", args=[case.pk])).content.decode()
    head, beside = page.partition('id="case-head"')[2], page.partition('id="pane-context"')[2]
    assert "催办" in head.partition("</header>")[0]
    assert "/cases/?show=ours&amp;tag=urged" in beside


def test_the_list_is_narrowed_to_a_tag_and_says_so() -> None:
    case, _tag = tagged()
    other = story.received(sender="other@example.com")
    page = world.client("li").get("/cases/?show=waiting&tag=urged").content.decode()
    assert case.number in page
    assert other.number not in page
    assert f"{reverse('desk.case', args=[case.pk])}?show=waiting&amp;tag=urged" in page
    unknown = world.client("li").get("/cases/?show=waiting&tag=nonsense").content.decode()
    assert other.number not in unknown


def test_put_on_and_taken_off() -> None:
    case, tag, browser = story.received(), made(), world.client("li")
    retired = made("old", "旧")
    tags.retire(retired, by=world.actor("zhao"))
    asked = browser.get(reverse("cases.tagging.put", args=[case.pk])).content.decode()
    assert f'value="{tag.pk}"' in asked
    assert f'value="{retired.pk}"' not in asked
    assert story.post(browser, "cases.tagging.put", case.pk, {"tag": tag.pk}).status_code == 303
    assert [one.tag for one in case.taggings.all()] == [tag]
    again = story.post(browser, "cases.tagging.put", case.pk, {"tag": tag.pk}, fragment=True)
    assert (again.status_code, "tagged_already" in again.content.decode()) == (422, True)
    off = reverse("cases.tagging.remove", args=[case.pk, tag.code])
    assert browser.get(off).status_code == 405
    assert browser.post(off).status_code == 303
    assert not case.taggings.exists()
    assert browser.post(reverse("cases.tagging.remove", args=[case.pk, "nothing"])).status_code == 404


def test_strangers_find_nothing_and_who_looks_may_not() -> None:
    case, tag = tagged()
    off = reverse("cases.tagging.remove", args=[case.pk, tag.code])
    assert world.client("chen").post(off).status_code == 404
    assert world.client("sun").post(off).status_code == 403
    assert Client().post(off).status_code == 303
    assert case.taggings.exists()


def test_heads_set_them_up_change_and_retire_them() -> None:
    browser = world.client("zhao")
    assert browser.post(reverse("cases.tag.put"), NEW).status_code == 303
    tag = Tag.objects.get(code="urged")
    assert browser.post(reverse("cases.tag.put"), NEW).status_code == 422
    assert "催办" in browser.get(reverse("desk.tags")).content.decode()
    change = reverse("desk.tag", args=[tag.pk])
    assert 'value="催办"' in browser.get(change).content.decode()
    assert browser.post(change, {**NEW, "colour": "red"}).status_code == 303
    assert browser.post(change, {**NEW, "colour": "mauve"}).status_code == 422
    assert browser.post(reverse("cases.tag.retire", args=[tag.pk])).status_code == 303
    tag.refresh_from_db()
    assert (tag.colour, bool(tag.retired_at)) == ("red", True)
    assert browser.get(reverse("cases.tag.retire", args=[tag.pk])).status_code == 405


def test_nobody_else_sees_the_page_or_sets_one_up() -> None:
    for name in ("li", "sun"):
        assert world.client(name).get(reverse("desk.tags")).status_code == 403
        assert world.client(name).post(reverse("cases.tag.put"), NEW).status_code == 403
    assert reverse("desk.tags") not in world.client("li").get("/").content.decode()
    assert not Tag.objects.exists()
