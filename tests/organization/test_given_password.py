"""A password that an administrator gave is replaced before anything else."""

import pytest
from django.core.cache import cache
from django.test import Client

import signing_in
import world
from plainspoken.kernel.errors import Refused
from plainspoken.organization.actions import people, second_factors
from plainspoken.organization.models import Role
from plainspoken.organization.request import look_again
from signing_in import SET_UP, sign_in

PAGE, GIVEN, NEW = "/account/password", "three green lanterns", "a path of white pebbles"


@pytest.fixture(autouse=True)
def _quick(firm, settings):
    cache.clear()
    signing_in.quick_passwords(settings)
    people.set_password(world.person("li"), by=world.actor("admin"), password=GIVEN)


def send(browser: Client, new: str = NEW):
    return browser.post(PAGE, {"present": GIVEN, "new": new, "again": new})


def test_nothing_else_is_reached_before():
    browser = Client()
    assert sign_in(browser, password=GIVEN).status_code == 302
    for page in ("/", "/account", "/cases/", "/live/", SET_UP, SET_UP + "/off"):
        assert browser.get(page).headers["Location"] == PAGE
    request = browser.get(PAGE).wsgi_request
    assert look_again(request) is None
    assert "取消" not in browser.get(PAGE).content.decode()
    assert send(browser).status_code == 303
    assert browser.get("/account").status_code == 200
    assert not world.person("li").password_given


def test_the_given_one_is_not_taken_again():
    browser = Client()
    sign_in(browser, password=GIVEN)
    answer = send(browser, GIVEN)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["new"])
    assert world.entries("organization.person.change_password", "password_given")
    with pytest.raises(Refused, match="password_given"):
        people.change_password(world.person("li"), by=world.actor("li"), password=GIVEN)


def test_the_second_factor_comes_after_it():
    second_factors.demand(Role.objects.get(code="agent"), by=world.actor("admin"), demanded=True)
    browser = Client()
    sign_in(browser, password=GIVEN)
    assert browser.get("/").headers["Location"] == PAGE
    send(browser)
    assert browser.get("/").headers["Location"] == SET_UP


def test_one_from_the_machine_or_of_ones_own_stays():
    sign_in(Client(), "wang")
    assert not world.person("wang").password_given
    assert world.person("li").password_given
