from datetime import timedelta

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

import signing_in
import world
from plainspoken.kernel import clock
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.models import Opening
from plainspoken.organization import throttle
from plainspoken.organization.actions import sessions
from plainspoken.organization.actions.posts import end_appointment
from plainspoken.organization.models import Appointment, Firm, Person, Session
from signing_in import WRONG, sign_in

IN, OUT, FAIL = (f"organization.session.{verb}" for verb in ("sign_in", "sign_out", "fail"))


PAIR, ACCOUNT = throttle.PASSWORD.pair, throttle.PASSWORD.account


@pytest.fixture(autouse=True)
def _fresh(firm, settings):
    cache.clear()
    signing_in.quick_passwords(settings)


def test_the_page_asks_for_username_and_password():
    page = Client().get("/sign-in")
    assert page.status_code == 200
    assert b'name="login"' in page.content
    assert b"firm apply" not in page.content
    assert page.headers["Cache-Control"].startswith("max-age=0")


def test_an_empty_installation_says_what_to_do(firm):
    Firm.objects.update(name_zh="", name_en="")
    assert b"plainspoken firm apply" in Client().get("/sign-in").content


def test_signing_in_is_recorded_and_leads_to_the_start():
    answer = sign_in(Client())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    entry = world.entries(IN)[-1]
    assert entry.actor_id == entry.subject_id == world.person("li").pk
    assert entry.actor_post == "cs-agent"
    assert Opening.objects.get(entry_id=entry.pk).values["address"][1] == "127.0.0.1"


def test_the_username_in_any_case():
    assert sign_in(Client(), " LI ").status_code == 302


def test_it_leads_back_but_never_out_of_the_house():
    assert sign_in(Client(), next="/account").headers["Location"] == "/account"
    assert sign_in(Client(), next="https://evil.example/").headers["Location"] == "/"


def test_the_session_gets_another_key():
    browser = Client()
    session = browser.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    sign_in(browser)
    assert browser.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_screens_speak_the_persons_language():
    Person.objects.filter(username="li").update(language="en")
    browser = Client(headers={"accept-language": "zh-CN"})
    sign_in(browser)
    assert b'lang="en"' in browser.get("/account").content


@pytest.mark.parametrize("username", ["li", "nobody"])
def test_a_wrong_password_and_a_wrong_name_are_answered_alike(username):
    answer = sign_in(Client(), username, WRONG)
    assert answer.status_code == 422
    assert len(answer.context["form"].non_field_errors()) == 1
    assert WRONG.encode() not in answer.content
    entry = world.entries(FAIL)[-1]
    values = Opening.objects.get(entry_id=entry.pk).values
    assert values["username"][1] == username
    assert WRONG not in str(values)


def test_who_may_not_sign_in_cannot():
    Person.objects.filter(username="li").update(may_sign_in=False)
    assert sign_in(Client()).status_code == 422


def test_five_wrong_ones_from_an_address_close_the_door_there():
    for _ in range(PAIR.attempts):
        assert sign_in(Client(), password=WRONG).status_code == 422
    assert sign_in(Client()).status_code == 429
    assert sign_in(Client()).status_code == 429
    assert len(world.entries(FAIL)) == PAIR.attempts
    assert len(world.entries(FAIL, "too_many_attempts")) == 1


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "请在10分钟后再试"), ("en", "Try again in 10 minutes")]
)
def test_who_tried_too_often_is_told_when_to_come_again(language, words):
    for _ in range(PAIR.attempts):
        sign_in(Client(), password=WRONG)
    answer = sign_in(Client(headers={"accept-language": language}))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert words in answer.content.decode()
    with clock.moved(clock.now() + timedelta(minutes=9)):
        assert sign_in(Client()).headers["Retry-After"] == "60"


def test_nobody_is_locked_out_from_elsewhere_nor_anybody_else_here():
    for _ in range(PAIR.attempts):
        sign_in(Client(), password=WRONG)
    assert sign_in(Client(), "wang").status_code == 302
    assert sign_in(Client(REMOTE_ADDR="10.0.0.7")).status_code == 302


def test_a_browser_one_has_signed_in_from_stays_open():
    known = Client()
    sign_in(known)
    known.post("/sign-out")
    for _ in range(PAIR.attempts):
        sign_in(Client(), password=WRONG)
    assert sign_in(Client()).status_code == 429
    assert sign_in(known).status_code == 302


def test_a_colleague_behind_the_same_address_locks_nobody_out_of_a_browser_they_know():
    """Every place of the account and of the bank's one address is taken; the owner's browser has its own."""
    known, shared = Client(), Client()
    sign_in(known)
    sign_in(shared, "wang")
    shared.post("/sign-out")
    sign_in(shared, "li")
    for limit, of in ((ACCOUNT, "li"), (throttle.PASSWORD.address, "127.0.0.1")):
        for _ in range(limit.attempts):
            limit.take(of)
    for browser, username in ((Client(), "li"), (Client(), "zhao")):
        assert sign_in(browser, username).status_code == 429
    for browser, username in ((known, "li"), (shared, "li"), (shared, "wang")):
        browser.post("/sign-out")
        assert sign_in(browser, username).status_code == 302


def test_a_known_browser_is_no_place_to_guess_either():
    known = Client()
    sign_in(known)
    known.post("/sign-out")
    statuses = [
        sign_in(known, password=WRONG).status_code for _ in range(throttle.PASSWORD.device.attempts + 1)
    ]
    assert statuses[-2:] == [422, 429]


def test_a_browser_knows_the_last_of_many_people():
    request = Client().get("/sign-in").wsgi_request
    people = [Person(pk=f"00000000-0000-7000-8000-{number:012}") for number in range(throttle.OWNERS_MAX + 1)]
    for person in people:
        answer = HttpResponse()
        throttle.remember(answer, request, person)
        request.COOKIES[throttle.COOKIE] = answer.cookies[throttle.COOKIE].value
    assert not throttle.device_of(request, people[0])
    assert all(throttle.device_of(request, person) for person in people[1:])
    assert len(request.COOKIES[throttle.COOKIE]) < 2_000


def test_a_browser_is_known_for_its_own_person_only():
    known = Client()
    sign_in(known, "wang")
    known.post("/sign-out")
    for _ in range(PAIR.attempts):
        sign_in(known, "li", WRONG)
    assert sign_in(known, "li").status_code == 429
    known.cookies[throttle.COOKIE] = "forged"
    assert sign_in(known, "wang").status_code == 302


def test_an_account_is_closed_to_a_flood_from_many_addresses():
    for number in range(ACCOUNT.attempts):
        sign_in(Client(REMOTE_ADDR=f"10.0.1.{number}"), password=WRONG)
    assert sign_in(Client(REMOTE_ADDR="10.0.2.1")).status_code == 429


def test_right_ones_do_not_count():
    for _ in range(PAIR.attempts + 2):
        assert sign_in(Client()).status_code == 302


def test_places_are_free_again_after_a_while():
    limit = throttle.Limit("test", attempts=2, seconds=0)
    assert all(limit.take("li") for _ in range(3))
    limit = throttle.Limit("test", attempts=2, seconds=60)
    assert all(limit.take("wang") for _ in range(2))
    with pytest.raises(throttle.TooMany) as too_many:
        limit.take("wang")
    assert too_many.value.minutes == 1


def test_signing_out_is_recorded_and_ends_the_session():
    browser = world.client("li")
    answer = browser.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert world.entries(OUT)[-1].subject_id == world.person("li").pk
    assert browser.get("/account").status_code == 303


def test_signing_out_twice_is_no_fault():
    assert Client().post("/sign-out").status_code == 303
    assert not world.entries(OUT)


def test_wrong_methods():
    assert Client().get("/sign-out").status_code == 405
    assert Client().put("/sign-in").status_code == 405


def test_forms_from_elsewhere_are_not_taken():
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


def test_who_is_in_is_not_asked_again():
    assert world.client("li").get("/sign-in").status_code == 302


def test_everybody_signs_in_and_out_for_themselves():
    for verb in (sessions.sign_in, sessions.sign_out):
        given = {"address": "::1"} if verb is sessions.sign_in else {}
        with pytest.raises(Refused, match="not_yourself"):
            verb(world.person("li"), by=world.actor("wang"), **given)
    with pytest.raises(PermissionDenied):
        sessions.fail(world.person("li"), by=world.actor("wang"), username="li", address="::1", wait=0)


def test_without_a_post_there_is_the_account_and_no_more():
    yesterday = clock.now().date() - timedelta(days=2)
    held = Appointment.objects.get(person__username="li")
    end_appointment(held, by=world.actor("admin"), to_day=yesterday)
    browser = Client()
    assert sign_in(browser).status_code == 302
    assert browser.get("/account").status_code == 200
    refused = browser.get("/account/absences")
    assert refused.status_code == 403
    assert "organization/without_post.html" in [template.name for template in refused.templates]


def test_a_changed_password_ends_other_sessions():
    here, there = world.client("li"), world.client("li")
    new = "three green lanterns"
    answer = here.post("/account/password", {"present": world.PASSWORD, "new": new, "again": new})
    assert answer.status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert world.entries("organization.person.change_password")
