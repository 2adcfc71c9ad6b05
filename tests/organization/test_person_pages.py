"""People on screen: the list, a person's page, and each change to what they hold and have passed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import filling
import world
from plainspoken.organization import queries
from plainspoken.organization.actions import people
from plainspoken.organization.models import Appointment, Firm, Person, Post, Qualification

pytestmark = pytest.mark.usefixtures("firm")
LIST, NEW = reverse("organization.people"), reverse("organization.person.add")
PASSWORD = "a lantern on the pier"
DAY = timedelta(days=1)


def of(username: str, name: str = "organization.person") -> str:
    return reverse(name, args=[world.person(username).pk])


def today() -> Any:
    return queries.today(queries.root())


def test_a_person_is_added_without_a_password() -> None:
    given = {"name_zh": "何平", "name_en": "He Ping", "username": "he", "language": "zh-hans"}
    assert filling.send(world.client("admin"), NEW, **given).status_code == 303
    assert world.person("he").password == ""
    assert world.entries("organization.person.put")


@pytest.mark.parametrize(
    ("username", "language", "field"),
    [("He Ping", "zh-hans", "username"), ("li", "en", "username"), ("he", "fr", "language")],
)
def test_what_cannot_be_is_said_at_its_field(username: str, language: str, field: str) -> None:
    given = {"name_zh": "何平", "name_en": "He Ping", "username": username, "language": language}
    answer = filling.send(world.client("admin"), NEW, **given)
    assert (answer.status_code, list(filling.errors(answer))) == (422, [field])
    assert answer.context["form"]["name_zh"].value() == "何平"
    assert world.person("li").name_zh == "李敏"


@pytest.mark.parametrize(
    ("words", "found"), [("李", "li"), ("Wang", "wang"), ("1003", "xin"), ("Li Min", "li")]
)
def test_a_person_is_found(words: str, found: str) -> None:
    page = world.client("admin").get(LIST, {"q": words})
    assert [row.person.username for row in page.context["rows"]] == [found]


def test_a_thousand_are_paged_by_key() -> None:
    admin, firm = world.actor("admin"), Firm.objects.get()
    for number in range(60):
        people.put_person(firm, by=admin, username=f"p{number:02}", name_zh="某", name_en="One")
    browser, seen, cursor = world.client("admin"), [], None
    while cursor is None or cursor:
        page = browser.get(LIST, {"after": cursor} if cursor else {})
        seen += [row.person.username for row in page.context["rows"]]
        cursor = page.context["page"].next
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == Person.objects.count()


def test_a_person_is_appointed() -> None:
    post = Post.objects.get(code="cc-expert")
    answer = filling.send(
        world.client("admin"), of("xin", "organization.appointment.put"), post=post.pk, to_day=today() + DAY
    )
    assert (answer.status_code, answer["Location"]) == (303, of("xin"))
    held = Appointment.objects.get(person=world.person("xin"), post=post)
    assert (held.from_day, held.to_day) == (today(), today() + DAY)


def test_appointed_twice_is_refused_at_the_post() -> None:
    post = Post.objects.get(code="cs-agent")
    answer = filling.send(world.client("admin"), of("li", "organization.appointment.put"), post=post.pk)
    assert (answer.status_code, list(filling.errors(answer))) == (422, ["post"])


def test_an_appointment_ends() -> None:
    held = Appointment.objects.get(person=world.person("wang"))
    address = reverse("organization.appointment.end", args=[held.pk])
    assert filling.send(world.client("admin"), address, to_day=today()).status_code == 303
    held.refresh_from_db()
    assert held.to_day == today()
    answer = filling.send(world.client("admin"), address, to_day=today() + DAY)
    assert (answer.status_code, list(filling.errors(answer))) == (422, ["to_day"])


@pytest.mark.duty("4.4.1d")
def test_a_qualification_is_granted_and_revoked() -> None:
    browser, xin = world.client("admin"), world.person("xin")
    given = {"kind": "customer_contact", "valid_to": today() + 365 * DAY}
    assert filling.send(browser, of("xin", "organization.qualification.grant"), **given).status_code == 303
    passed = Qualification.objects.get(person=xin)
    assert queries.qualified(xin.pk, "customer_contact", today())
    address = reverse("organization.qualification.revoke", args=[passed.pk])
    assert list(filling.errors(filling.send(browser, address))) == ["reason"]
    assert filling.send(browser, address, reason="考核未通过").status_code == 303
    assert not queries.qualified(xin.pk, "customer_contact", today())


@pytest.mark.duty("4.4.1d")
def test_nobody_qualifies_themselves() -> None:
    given = {"kind": "customer_contact", "valid_to": today() + DAY}
    answer = filling.send(world.client("admin"), of("admin", "organization.qualification.grant"), **given)
    assert answer.status_code == 422
    assert world.entries("organization.qualification.grant", "own_qualification")
    assert not Qualification.objects.filter(person=world.person("admin")).exists()


def test_a_password_is_set_and_stands_in_no_entry() -> None:
    given = {"password": PASSWORD, "again": PASSWORD}
    assert (
        filling.send(world.client("admin"), of("li", "organization.person.set_password"), **given).status_code
        == 303
    )
    assert Client().login(username="li", password=PASSWORD) or world.person("li").check_password(PASSWORD)
    (entry,) = world.entries("organization.person.set_password")[-1:]
    assert PASSWORD not in bytes(entry.body).decode() + str(entry.opening.values)


@pytest.mark.parametrize(
    ("password", "again", "field"), [("tiny", "tiny", "password"), (PASSWORD, PASSWORD + "!", "again")]
)
def test_a_weak_or_mistyped_password_is_not_set(password: str, again: str, field: str) -> None:
    before = world.person("li").password
    address = of("li", "organization.person.set_password")
    answer = filling.send(world.client("admin"), address, password=password, again=again)
    assert (answer.status_code, list(filling.errors(answer))) == (422, [field])
    assert password not in answer.content.decode()
    assert world.person("li").password == before


def test_two_at_once_the_second_is_told() -> None:
    browser, address = world.client("admin"), of("li", "organization.person.put")
    seen = filling.shown(browser.get(address).context["form"])
    filling.send(browser, address, staff_number="7")
    answer = browser.post(address, {**seen, "staff_number": "8"})
    assert answer.status_code == 422
    assert world.person("li").staff_number == "7"


def test_the_last_administrator_keeps_the_door_open() -> None:
    browser = world.client("admin")
    answer = filling.send(browser, of("admin", "organization.person.put"), may_sign_in=None)
    assert (answer.status_code, list(filling.errors(answer))) == (422, ["may_sign_in"])
    held = Appointment.objects.get(person=world.person("admin"))
    answer = filling.send(
        browser, reverse("organization.appointment.end", args=[held.pk]), to_day=today() + DAY
    )
    assert (answer.status_code, list(filling.errors(answer))) == (422, ["to_day"])
    assert world.entries("organization.appointment.end", "nobody_left_to_administer")


def test_with_a_second_administrator_the_first_may_go() -> None:
    browser, post = world.client("admin"), Post.objects.get(code="administrator")
    filling.send(browser, of("chen", "organization.appointment.put"), post=post.pk)
    held = Appointment.objects.get(person=world.person("admin"))
    address = reverse("organization.appointment.end", args=[held.pk])
    assert filling.send(browser, address, to_day=today()).status_code == 303


def test_the_page_shows_what_is_known() -> None:
    page = world.client("admin").get(of("li")).content.decode()
    assert "客服专员" in page
    assert "2027-12-31" in page
    assert "1001" in page
