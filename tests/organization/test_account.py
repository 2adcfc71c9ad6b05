from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

import world
from plainspoken.kernel.errors import Refused
from plainspoken.organization import queries
from plainspoken.organization.actions import people
from plainspoken.organization.models import Absence

NEW = "three green lanterns"
PAGES = ["/account", "/account/password", "/account/absences"]


@pytest.fixture(autouse=True)
def _fresh(firm):
    cache.clear()


@pytest.mark.parametrize("page", PAGES)
def test_only_for_who_is_signed_in(page):
    answer = Client().get(page)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/sign-in?next=%2F{page[1:].replace('/', '%2F')}",
    )
    assert world.client("li").get(page).status_code == 200


def test_under_htmx_the_browser_is_led_to_the_sign_in():
    answer = Client().get("/account", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in")


def test_it_shows_posts_and_qualifications():
    page = world.client("li").get("/account").content.decode()
    assert "客服专员" in page
    assert "2027-12-31" in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"present": "wrong one entirely"}, "present"),
        ({"again": "three green lantern"}, "again"),
        ({"new": "short", "again": "short"}, "new"),
    ],
)
def test_a_password_is_not_changed(given, field):
    data = {"present": world.PASSWORD, "new": NEW, "again": NEW, **given}
    answer = world.client("li").post("/account/password", data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert world.person("li").check_password(world.PASSWORD)


def test_guessing_at_an_open_desk_is_a_failed_sign_in():
    world.client("li").post("/account/password", {"present": "wrong one", "new": NEW, "again": NEW})
    assert world.entries("organization.session.fail")[-1].subject_id == world.person("li").pk


def report(browser: Client, deputy: str = "wang", days: int = 2):
    today = queries.today_of(world.person("li"))
    data = {"from_day": today, "to_day": today + timedelta(days=days), "deputy": world.person(deputy).pk}
    return browser.post("/account/absences", data)


def test_an_absence_is_reported_and_ended():
    browser = world.client("li")
    assert report(browser).status_code == 303
    absence = Absence.objects.get()
    assert "王芳" in browser.get("/account").content.decode()
    assert browser.post(f"/account/absences/{absence.pk}/end").status_code == 303
    assert Absence.objects.get().withdrawn_at


def test_an_absence_that_cannot_be_is_explained():
    browser = world.client("li")
    assert report(browser, deputy="li").status_code == 422
    assert report(browser, days=-1).status_code == 422
    assert not Absence.objects.exists()


def test_the_absence_of_another_is_not_found():
    report(world.client("li"))
    absence = Absence.objects.get()
    assert world.client("wang").post(f"/account/absences/{absence.pk}/end").status_code == 404
    assert world.client("li").get(f"/account/absences/{absence.pk}/end").status_code == 405


def test_the_pages_cost_few_queries(django_assert_max_num_queries):
    browser = world.client("zhao")
    with django_assert_max_num_queries(18):
        browser.get("/account")


def test_single_keys_are_switched_off_and_on_for_oneself():
    browser = world.client("li")
    assert "<ps-keys></ps-keys>" in browser.get("/account").content.decode()
    assert browser.post("/account/keys").status_code == 303
    assert "<ps-keys off></ps-keys>" in browser.get("/account").content.decode()
    assert "<ps-keys></ps-keys>" in world.client("wang").get("/account").content.decode()
    browser.post("/account/keys", {"on": "1"})
    assert world.person("li").keys
    assert len(world.entries("organization.person.set_keys")) == 2
    assert browser.get("/account/keys").status_code == 405
    with pytest.raises(Refused) as refused:
        people.set_keys(world.person("wang"), by=world.actor("li"), on=False)
    assert refused.value.code == "not_your_keys"
