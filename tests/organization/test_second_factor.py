"""The second factor: set up, asked for, turned off, taken away; each code opens once."""

import re
import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

import signing_in
import world
from plainspoken.kernel import clock, drain
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.models import Entry, Opening
from plainspoken.organization import sessions, throttle, totp
from plainspoken.organization.actions import second_factors
from plainspoken.organization.models import Person, RecoveryCode, Role, SecondFactor, Session
from plainspoken.organization.request import look_again
from plainspoken.work.models import Notice
from signing_in import CODE, SECRET, SET_UP, code, enter, sign_in

pytestmark = pytest.mark.django_db
OFF, CODES = f"{SET_UP}/off", f"{SET_UP}/codes"
USE = "organization.second_factor.use"


@pytest.fixture(autouse=True)
def _quick(firm, settings):
    cache.clear()
    signing_in.quick_passwords(settings)


def shown_secret(page) -> str:
    return re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page.content.decode())[1].replace(" ", "")


def send(browser: Client, **changed: str):
    """Open the page, read its picture, send the code that the app shows then, and the password."""
    page = browser.get(SET_UP)
    given = {"code": code(shown_secret(page)), "present": world.PASSWORD}
    return browser.post(SET_UP, {"made": page.context["form"]["made"].value(), **given, **changed})


def demand(code: str = "agent") -> None:
    second_factors.demand(Role.objects.get(code=code), by=world.actor("admin"), demanded=True)


def place(username: str = "li") -> str:
    return f"/administration/people/{world.person(username).pk}/second-factor/removal/"


# Set up


def test_it_is_set_up_with_a_picture_a_code_and_the_password():
    browser, elsewhere = world.client("li"), world.client("li")
    page = browser.get(SET_UP).content.decode()
    assert "<svg" in page
    assert not re.search(r"<svg[^>]*(style|class=\"segno)", page)
    key = browser.session.session_key
    answer = send(browser)
    codes = re.findall(r"<li><code>([a-z2-7-]{27})</code>", answer.content.decode())
    assert (answer.status_code, len(set(codes))) == (200, totp.RECOVERY_CODES)
    assert "no-store" in answer.headers["Cache-Control"]
    assert browser.session.session_key != key
    assert elsewhere.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200
    entry = world.entries("organization.second_factor.set_up")[-1]
    assert entry.actor_id == entry.subject_id == world.person("li").pk


def test_neither_secret_nor_codes_are_kept_as_they_are():
    (first, *_) = signing_in.with_factor()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM organization_secondfactor")
        assert SECRET.encode() not in bytes(cursor.fetchone()[0])
    assert bytes(RecoveryCode.objects.first().digest) != first.encode()
    written = [
        *(bytes(row.body) for row in Entry.objects.all()),
        *(str(row.values) for row in Opening.objects.all()),
    ]
    assert not [text for text in written if SECRET in str(text) or first in str(text)]


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"code": "000000"}, "code"), ({"present": "wrong one"}, "present"), ({"made": "forged"}, "made")],
)
def test_it_is_not_set_up_with_what_is_wrong(changed, field):
    answer = send(world.client("li"), **changed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not SecondFactor.objects.exists()


def test_the_picture_of_another_person_or_of_long_ago_is_not_taken(monkeypatch):
    theirs = world.client("wang").get(SET_UP).context["form"]["made"].value()
    assert send(world.client("li"), made=theirs).status_code == 422
    monkeypatch.setattr("plainspoken.organization.forms.SET_UP_SECONDS_MAX", -1)
    answer = send(world.client("li"))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["made"])
    assert answer.context["form"]["made"].value() == answer.context["form"].initial["made"]


def test_there_is_one_at_most():
    signing_in.with_factor()
    browser = signing_in.signed_in_with_code()
    assert browser.get(SET_UP).headers["Location"] == "/account"
    with pytest.raises(Refused, match="second_factor_stands"):
        second_factors.set_up(world.person("li"), by=world.actor("li"), secret=SECRET, code=code())


def test_a_code_of_another_secret_sets_nothing_up():
    with pytest.raises(Refused, match="code_wrong"):
        second_factors.set_up(world.person("li"), by=world.actor("li"), secret=SECRET, code="000000")


def test_the_pages_are_for_who_is_signed_in_and_answer_what_they_should():
    for page in (SET_UP, OFF, CODES):
        assert Client().get(page).status_code == 303
        assert world.client("li").put(page).status_code == 405
    assert Client().put(CODE).status_code == 405
    assert Client().get(CODE).headers["Location"] == "/sign-in"
    for page in (OFF, CODES):
        assert world.client("li").get(page).headers["Location"] == "/account"


# At the sign-in


def test_the_password_alone_opens_nothing():
    signing_in.with_factor()
    browser = Client()
    answer = sign_in(browser, next="/due/")
    assert (answer.status_code, answer.headers["Location"]) == (303, CODE)
    assert browser.get("/account").status_code == 303
    assert not world.entries("organization.session.sign_in")
    pending = browser.session.session_key
    entered = enter(browser, code())
    assert (entered.status_code, entered.headers["Location"]) == (302, "/due/")
    assert browser.session.session_key != pending
    assert browser.get("/account").status_code == 200
    assert world.entries("organization.session.sign_in")
    assert world.entries(USE)


def test_a_code_opens_once_and_no_older_one_after_it():
    signing_in.with_factor()
    first, second = Client(), Client()
    sign_in(first)
    sign_in(second)
    assert enter(first, code()).status_code == 302
    answer = enter(second, code())
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code"])
    assert world.entries(USE, "code_wrong")
    assert enter(second, code(steps=-1)).status_code == 422
    with clock.moved(clock.now() + timedelta(seconds=totp.STEP_SECONDS)):
        assert enter(second, code()).status_code == 302


def test_clocks_may_be_half_a_minute_off_and_no_more():
    signing_in.with_factor()
    for steps, status in ((-2, 422), (2, 422), (1, 302)):
        browser = Client()
        sign_in(browser)
        assert enter(browser, code(steps=steps)).status_code == status


def test_the_code_of_the_setting_up_is_used_by_it():
    second_factors.set_up(world.person("li"), by=world.actor("li"), secret=SECRET, code=code())
    browser = Client()
    sign_in(browser)
    assert enter(browser, code()).status_code == 422


def test_a_recovery_code_opens_once_however_it_is_typed():
    codes = signing_in.with_factor()
    for given, status in ((codes[0].upper().replace("-", " "), 302), (codes[0], 422), (codes[1], 302)):
        browser = Client()
        sign_in(browser)
        assert enter(browser, given).status_code == status
    assert RecoveryCode.objects.count() == totp.RECOVERY_CODES - 2
    page = signing_in.signed_in_with_code().get("/account", headers={"accept-language": "en"})
    assert page.context["recovery_codes"] == totp.RECOVERY_CODES - 2


def test_codes_of_others_open_nothing():
    theirs = signing_in.with_factor("wang")
    signing_in.with_factor("li")
    browser = Client()
    sign_in(browser)
    assert enter(browser, theirs[0]).status_code == 422
    with pytest.raises(Refused, match="not_your_factor"):
        second_factors.use(world.person("wang"), by=world.actor("li"), code=theirs[0])


def test_guessing_codes_is_throttled_and_a_known_browser_is_counted_by_itself():
    signing_in.with_factor()
    known = signing_in.signed_in_with_code()
    known.post("/sign-out")
    stranger = Client()
    sign_in(stranger)
    statuses = [enter(stranger, "000000").status_code for _ in range(throttle.CODE.pair.attempts + 1)]
    assert statuses == [422] * throttle.CODE.pair.attempts + [429]
    answer = enter(stranger, code())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert world.entries("organization.session.fail", "too_many_attempts")
    sign_in(known)
    assert enter(known, code()).status_code == 302


def test_the_step_between_waits_for_minutes_only(settings):
    signing_in.with_factor()
    browser = Client()
    sign_in(browser)
    settings.ACCOUNT_LOGIN_TIMEOUT = -1
    assert enter(browser, code()).headers["Location"] == "/sign-in"


def test_one_that_was_taken_away_meanwhile_is_not_asked_for():
    signing_in.with_factor()
    browser = Client()
    sign_in(browser)
    second_factors.take_away(world.person("li"), by=world.actor("admin"))
    assert enter(browser, code()).status_code in (303, 422)
    assert browser.get("/account").status_code == 303
    with pytest.raises(Refused, match="no_second_factor"):
        second_factors.use(world.person("li"), by=world.actor("li"), code=code())


# Demanded of a role


def test_who_owes_it_is_led_to_set_it_up_before_anything_else():
    demand()
    browser = Client()
    assert sign_in(browser).status_code == 302
    for page in ("/", "/account", "/cases/", "/live/", "/account/password"):
        assert browser.get(page).headers["Location"] == SET_UP
    assert browser.post("/account/keys", headers={"HX-Request": "true"}).headers["HX-Redirect"] == SET_UP
    page = browser.get(SET_UP)
    assert page.status_code == 200
    assert 'class="rail' not in page.content.decode()
    assert send(browser).status_code == 200
    assert browser.get("/account").status_code == 200
    assert browser.get(OFF).status_code == 200


def test_a_screen_that_is_open_when_it_is_demanded_ends():
    browser = world.client("li")
    request = browser.get("/account").wsgi_request
    assert look_again(request)
    demand()
    assert look_again(request) is None
    assert browser.get("/account").headers["Location"] == SET_UP
    assert browser.post("/sign-out").status_code == 303


def test_others_are_not_asked():
    demand()
    browser = Client()
    sign_in(browser, "zhao")
    assert browser.get("/account").status_code == 200


def test_an_administrator_demands_it_on_the_roles_page():
    role = Role.objects.get(code="agent")
    address = f"/administration/roles/{role.pk}/second-factor/"
    browser = world.client("admin")
    assert browser.post(address, {"on": "1"}).status_code == 303
    role.refresh_from_db()
    assert (role.second_factor, role.shipped) == (True, True)
    assert "第二重验证" in browser.get("/administration/roles/").content.decode()
    assert browser.post(address).status_code == 303
    assert not Role.objects.get(code="agent").second_factor
    assert len(world.entries("organization.role.demand_second_factor")) == 2
    assert browser.get(address).status_code == 405
    assert world.client("li").post(address).status_code == 403
    with pytest.raises(PermissionDenied):
        second_factors.demand(role, by=world.actor("li"), demanded=True)


# Turned off, and new recovery codes


def test_it_is_turned_off_with_password_and_code():
    signing_in.with_factor()
    browser, elsewhere = signing_in.signed_in_with_code(), signing_in.signed_in_with_code()
    for given in ({"present": "wrong one", "code": code()}, {"present": world.PASSWORD, "code": "000000"}):
        assert browser.post(OFF, given).status_code == 422
    answer = browser.post(OFF, {"present": world.PASSWORD, "code": code()})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert elsewhere.get("/account").status_code == 303
    assert sign_in(Client()).headers["Location"] == "/"
    assert world.entries("organization.second_factor.turn_off")


def test_it_is_not_turned_off_where_a_role_demands_it():
    signing_in.with_factor()
    demand()
    browser = signing_in.signed_in_with_code()
    answer = browser.post(OFF, {"present": world.PASSWORD, "code": code()})
    assert answer.status_code == 422
    assert SecondFactor.objects.exists()
    assert world.entries("organization.second_factor.turn_off", "second_factor_demanded")


def test_new_recovery_codes_end_the_old_ones():
    old = signing_in.with_factor()
    browser = signing_in.signed_in_with_code()
    answer = browser.post(CODES, {"present": world.PASSWORD, "code": code()})
    codes = re.findall(r"<li><code>([a-z2-7-]{27})</code>", answer.content.decode())
    assert len(codes) == totp.RECOVERY_CODES
    assert not set(codes) & set(old)
    stranger = Client()
    sign_in(stranger)
    assert enter(stranger, old[0]).status_code == 422
    assert enter(stranger, codes[0]).status_code == 302


def test_codes_are_throttled_there_too():
    signing_in.with_factor()
    browser = signing_in.signed_in_with_code()
    given = {"present": world.PASSWORD, "code": "000000"}
    statuses = [browser.post(CODES, given).status_code for _ in range(throttle.CODE.device.attempts + 1)]
    assert statuses[-2:] == [422, 429]


# Taken away by an administrator


def test_an_administrator_takes_a_lost_one_away_and_the_person_hears_of_it():
    signing_in.with_factor()
    browser = signing_in.signed_in_with_code()
    administrator = world.client("admin")
    page = administrator.get(f"/administration/people/{world.person('li').pk}/").content.decode()
    assert place() in page
    assert administrator.get(place()).status_code == 200
    assert administrator.post(place()).status_code == 303
    assert not SecondFactor.objects.exists()
    assert browser.get("/account").status_code == 303
    (entry,) = world.entries("organization.second_factor.take_away")
    assert entry.actor_id == world.person("admin").pk
    drain.run_until_empty("subscriptions")
    rung = Notice.objects.get(person=world.person("li"))
    assert rung.kind == "work.factor_taken"
    assert "解除了您的第二重验证" in world.client("li").get("/bell/").content.decode()


def test_not_ones_own_nor_one_that_is_not_there_nor_by_anybody():
    signing_in.with_factor("admin")
    administrator = signing_in.signed_in_with_code("admin")
    assert administrator.post(place("admin")).status_code == 422
    assert world.entries("organization.second_factor.take_away", "your_own_factor")
    assert administrator.post(place("li")).status_code == 422
    assert world.entries("organization.second_factor.take_away", "no_second_factor")
    assert world.client("zhao").post(place("admin")).status_code == 403
    assert SecondFactor.objects.count() == 1


# Two at once


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_code_are_one():
    signing_in.with_factor()
    start, outcomes, given = threading.Barrier(2), [], code()

    def attempt() -> None:
        person, by = Person.objects.get(username="li"), world.actor("li")
        start.wait(10)
        try:
            second_factors.use(person, by=by, code=given)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["code_wrong", "done"]


def test_what_a_session_was_opened_with_is_known():
    signing_in.with_factor()
    with_code = signing_in.signed_in_with_code()
    without = Client()
    sign_in(without, "wang")
    assert with_code.session[sessions.SECOND_FACTOR] is True
    assert without.session[sessions.SECOND_FACTOR] is False
    assert Session.objects.filter(person__isnull=False).count() == 2


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, of eight digits the last six."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    known = ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130"))
    assert [totp.code(secret, at // totp.STEP_SECONDS) for at, _ in known] == [code for _, code in known]
