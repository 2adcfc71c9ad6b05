"""Where somebody is signed in: the list, signing out elsewhere, what ends a session, and how long it may last."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

import signing_in
import world
from plainspoken.kernel import clock
from plainspoken.kernel.errors import Refused
from plainspoken.organization import browsers, queries, sessions
from plainspoken.organization.actions import people, posts
from plainspoken.organization.actions import sessions as actions
from plainspoken.organization.models import Appointment, Firm, Session
from plainspoken.organization.request import look_again
from plainspoken.ui import live
from signing_in import FIREFOX, sign_in

OTHERS = "/account/sessions/others/end"
CONFIRMED = {"present": world.PASSWORD}


@pytest.fixture(autouse=True)
def _fresh(firm, settings):
    cache.clear()
    signing_in.quick_passwords(settings)


def handle(browser: Client) -> str:
    return sessions.handle(browser.session.session_key)


def alive(browser: Client) -> bool:
    return browser.get("/account").status_code == 200


def test_the_account_lists_them_this_one_first_and_marked():
    desk = Client(REMOTE_ADDR="10.0.0.7", headers={"user-agent": FIREFOX})
    phone = Client(REMOTE_ADDR="10.0.0.8", headers={"user-agent": "X" * 500})
    sign_in(desk)
    sign_in(phone)
    sign_in(Client(), "wang")
    listed = desk.get("/account").context["sessions"]
    assert [(one.name, one.address, one.here) for one in listed] == [
        ("Firefox · Windows", "10.0.0.7", True),
        ("", "10.0.0.8", False),
    ]
    page = desk.get("/account").content.decode()
    assert ("未知浏览器" in page, "退出其他所有登录" in page) == (True, True)
    assert desk.session.session_key not in page
    assert phone.session.session_key not in page


@pytest.mark.parametrize(
    ("device", "name"),
    [
        (FIREFOX, "Firefox · Windows"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605 Version/18 Safari/605", "Safari · macOS"),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537 MicroMessenger/8",
            "MicroMessenger · Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge · Windows"),
        ("curl/8", ""),
    ],
)
def test_browsers_are_named(device, name):
    assert browsers.named(device) == name


def test_one_elsewhere_is_signed_out():
    here, there, theirs = world.client("li"), world.client("li"), world.client("wang")
    address = f"/account/sessions/{handle(there)}/end"
    assert here.get(address).status_code == 200
    assert here.post(address, {"present": "wrong one"}).status_code == 422
    assert alive(there)
    assert here.post(address, CONFIRMED).status_code == 303
    assert (alive(here), alive(there)) == (True, False)
    assert here.post(f"/account/sessions/{handle(theirs)}/end", CONFIRMED).status_code == 303
    assert here.post("/account/sessions/nonsense/end", CONFIRMED).status_code == 303
    assert alive(theirs)
    entry = world.entries("organization.session.end")[0]
    assert entry.subject_id == world.person("li").pk
    assert here.put("/account/sessions/nonsense/end").status_code == 405
    assert Client().post("/account/sessions/nonsense/end").status_code == 303


def test_everywhere_else_is_signed_out():
    here, *elsewhere = (world.client("li") for _ in range(3))
    theirs = world.client("wang")
    assert here.get(OTHERS).status_code == 200
    assert here.post(OTHERS, {"present": ""}).status_code == 422
    assert here.post(OTHERS, CONFIRMED).status_code == 303
    assert [alive(one) for one in (here, *elsewhere, theirs)] == [True, False, False, True]
    assert world.entries("organization.session.end_others")
    assert here.put(OTHERS).status_code == 405
    assert Client().get(OTHERS).status_code == 303


def test_an_administrator_signs_a_person_out_everywhere():
    theirs, administrator = [world.client("li"), world.client("li")], world.client("admin")
    address = f"/administration/people/{world.person('li').pk}/"
    assert "退出2处登录" in administrator.get(address).content.decode()
    assert administrator.post(f"{address}sessions/end/").status_code == 303
    assert [alive(one) for one in (*theirs, administrator)] == [False, False, True]
    assert world.entries("organization.person.sign_out")[0].subject_id == world.person("li").pk
    assert administrator.get(f"{address}sessions/end/").status_code == 405
    assert world.client("zhao").post(f"{address}sessions/end/").status_code == 403


def test_nobody_signs_out_somebody_else():
    for verb, given in ((actions.end, {"session": "x"}), (actions.end_others, {"kept": ""})):
        with pytest.raises(Refused, match="not_yourself"):
            verb(world.person("li"), by=world.actor("wang"), **given)


def deactivated() -> None:
    people.put_person(
        Firm.objects.get(),
        by=world.actor("admin"),
        username="li",
        name_zh="李敏",
        name_en="Li Min",
        may_sign_in=False,
    )


def new_password() -> None:
    people.set_password(world.person("li"), by=world.actor("admin"), password="three green lanterns")


def without_post() -> None:
    yesterday = queries.today_of(world.person("li")) - timedelta(days=1)
    posts.end_appointment(
        Appointment.objects.get(person__username="li"), by=world.actor("admin"), to_day=yesterday
    )


@pytest.mark.parametrize("what", [deactivated, new_password, without_post])
def test_what_takes_the_account_away_ends_its_sessions(what):
    browser, other = world.client("li"), world.client("wang")
    request = browser.get("/account").wsgi_request
    assert look_again(request)
    what()
    assert look_again(request) is None
    assert not Session.objects.filter(person__username="li").exists()
    assert (alive(browser), alive(other)) == (False, True)


def test_a_post_that_ends_later_ends_no_session():
    browser = world.client("li")
    today = queries.today_of(world.person("li"))
    posts.end_appointment(
        Appointment.objects.get(person__username="li"), by=world.actor("admin"), to_day=today
    )
    assert alive(browser)


def test_an_open_screen_ends_when_its_session_is_ended_elsewhere(monkeypatch):
    hub = live.Hub()
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(live, "RECHECK_BEATS", 1)
    monkeypatch.setattr(live, "hub", hub)
    here, there = world.client("li"), world.client("li")
    told = iter(there.get("/live/"))
    assert b"event: hello" in next(told)
    here.post(OTHERS, CONFIRMED)
    assert b"event: ended" in list(told)[-1]
    until = time.monotonic() + 10
    while not hub.idle and time.monotonic() < until:
        time.sleep(0.05)


# How long


def test_a_session_left_alone_ends(settings):
    browser = world.client("li")
    assert alive(browser)
    request = browser.get("/account").wsgi_request
    with clock.moved(clock.now() + settings.SESSION_IDLE - timedelta(seconds=30)):
        assert look_again(request)
    with clock.moved(clock.now() + settings.SESSION_IDLE + timedelta(seconds=30)):
        assert look_again(request) is None
        assert not alive(browser)


def test_what_somebody_does_keeps_it_and_what_a_screen_fetches_does_not(settings):
    worked, left = world.client("li"), world.client("li")
    now, most = clock.now(), settings.SESSION_IDLE * 3 // 4
    with clock.moved(now + most):
        assert worked.get("/account").status_code == 200
        assert left.get("/live/counts/").status_code == 200
    with clock.moved(now + 2 * most):
        assert alive(worked)
        assert not alive(left)


def test_activity_is_noted_once_a_minute():
    browser = world.client("li")
    row = Session.objects.get()
    browser.get("/account")
    assert Session.objects.get().last_seen == row.last_seen
    with clock.moved(clock.now() + timedelta(minutes=2)):
        browser.get("/account")
        assert Session.objects.get().last_seen > row.last_seen


def test_none_lasts_longer_than_half_a_day_whatever_is_done(settings):
    browser = Client()
    sign_in(browser)
    began, step = clock.now(), settings.SESSION_IDLE * 3 // 4
    moment = began
    while moment + step < began + timedelta(hours=12):
        moment += step
        with clock.moved(moment):
            browser.get("/account")
            session = browser.session
            session["noted"] = moment.isoformat()
            session.save()
    with clock.moved(began + timedelta(hours=12, seconds=30)):
        assert not alive(browser)


def test_those_that_are_over_are_cleared_away_by_the_next_sign_in(settings):
    world.client("wang")
    with clock.moved(clock.now() + settings.SESSION_IDLE + timedelta(minutes=1)):
        sign_in(Client())
        assert {one.person.username for one in Session.objects.all()} == {"li"}
