"""Customers: who finds whom by what, and what stands on a customer's card."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

import cost
import story
import world
from plainspoken.conversations.models import Exclusion
from plainspoken.customers import actions
from plainspoken.customers.models import ContactPoint, Customer
from plainspoken.kernel import clock
from plainspoken.kernel.models import Read

pytestmark = pytest.mark.usefixtures("desk")
CUSTOMERS = "/customers/"
LIST_STATEMENTS_MAX = 25
CARD_STATEMENTS_MAX = 30


def known(
    name: str = "陈婉清", number: str = "P100001", kind: str = "individual", unit: str = "personal-finance"
) -> Customer:
    customer = actions.put(
        world.unit(unit), by=story.everything(), kind=kind, number=number, name=name, language=""
    )
    actions.put_contact_point(
        customer, by=story.everything(), kind="email", value=f"{number}@mail.example", verified="file"
    )
    actions.put_contact_point(
        customer, by=story.everything(), kind="phone", value=f"1380000{number[-4:]}", verified="document"
    )
    return customer


def listed(username: str, **asked: str) -> list[str]:
    page = world.client(username).get(CUSTOMERS, asked)
    assert page.status_code == 200
    return re.findall(r'class="person-name">([^<]+)<', page.content.decode())


def card(customer: Customer) -> str:
    return reverse("desk.customer", args=[customer.pk])


def test_who_has_not_signed_in_is_asked_to() -> None:
    for address in (CUSTOMERS, card(known())):
        assert Client().get(address)["Location"].startswith(reverse("organization.session.sign_in"))


def test_no_other_method() -> None:
    assert world.client("li").post(CUSTOMERS).status_code == 405
    assert world.client("li").post(card(known())).status_code == 405


def test_the_members_of_the_home_unit_see_the_customer() -> None:
    customer = known()
    assert listed("chen") == [customer.name]
    assert listed("li") == []
    assert listed("sun") == [customer.name]
    assert world.client("li").get(card(customer)).status_code == 404


def test_who_sees_a_conversation_sees_its_customer() -> None:
    known("另一人", "P100009")
    customer = known()
    ContactPoint.objects.filter(kind="email", customer=customer).delete()
    actions.put_contact_point(
        customer, by=story.everything(), kind="email", value=story.CUSTOMER, verified="file"
    )
    case = story.received()
    assert case.customer == customer
    assert listed("li") == [customer.name]
    Exclusion.objects.create(conversation=case.conversation, person=world.person("li"), since=clock.now())
    assert listed("li") == []
    assert world.client("li").get(card(customer)).status_code == 404


@pytest.mark.parametrize(
    "words", ["婉清", "P100001", "P1000", "p100001@mail.example", "P100001@MAIL.example", "138 0000 0001"]
)
def test_found_by_name_number_or_whole_address(words: str) -> None:
    customer = known()
    known("赵敏", "P200002")
    assert listed("chen", q=words) == [customer.name]


def test_found_as_the_lists_show_it() -> None:
    customer = known()
    masked = ContactPoint.objects.get(customer=customer, kind="phone").masked
    assert listed("chen", q=masked) == [customer.name]


@pytest.mark.parametrize("words", ["nobody", "100001@mail.example", "13800009999", "138****9999"])
def test_parts_of_an_address_find_nobody(words: str) -> None:
    known()
    assert listed("chen", q=words) == []


def test_kinds_and_prospects_stand_apart() -> None:
    known()
    known("瑞丰商贸", "C100002", "corporate")
    story.received()
    assert sorted(listed("chen")) == ["瑞丰商贸", "陈婉清"]
    assert listed("chen", show="corporate") == ["瑞丰商贸"]
    assert listed("chen", show="institution") == []
    assert listed("chen", show="prospects") == []
    assert listed("li", show="prospects") == ["陈婉清"]
    assert listed("li") == []


@pytest.mark.duty("5.1.4b")
def test_lists_and_card_show_no_address_in_clear() -> None:
    customer = known()
    browser = world.client("chen")
    for address in (CUSTOMERS, card(customer)):
        page = browser.get(address).content.decode()
        assert "P100001@mail.example" not in page
        assert "13800000001" not in page
        assert ContactPoint.objects.get(customer=customer, kind="phone").masked in page


@pytest.mark.duty("5.1.4b")
def test_the_card_opens_the_dialog_that_shows_an_address_for_a_purpose() -> None:
    customer, browser = known(), world.client("chen")
    address = reverse(
        "customers.contact_point.reveal", args=[ContactPoint.objects.get(customer=customer, kind="phone").pk]
    )
    assert address in browser.get(card(customer)).content.decode()
    assert "13800000001" in browser.post(address, {"purpose": "call_back"}).content.decode()


def test_the_card_tells_how_each_contact_point_is_known() -> None:
    page = world.client("chen").get(card(known())).content.decode()
    assert str(ContactPoint.Verified.FILE.label) in page
    assert str(ContactPoint.Verified.DOCUMENT.label) in page


def test_opening_a_card_is_noted_in_the_read_journal() -> None:
    customer = known()
    world.client("chen").get(card(customer))
    (read,) = Read.objects.filter(subject_id=customer.pk)
    assert read.actor_id == world.person("chen").pk


def test_the_timeline_has_what_the_reader_may_see() -> None:
    case = story.asked("li", "personal-finance")
    other = story.received()
    assert other.customer == case.customer
    for username, seen in (("li", [case, other]), ("chen", [case]), ("sun", [case, other])):
        page = world.client(username).get(card(case.customer)).content.decode()
        assert [one.number in page for one in (case, other)] == [one in seen for one in (case, other)]


@pytest.mark.duty("2c")
def test_a_person_sets_the_language() -> None:
    customer, browser = known(), world.client("chen")
    address = reverse("desk.customer.language", args=[customer.pk])
    assert address in browser.get(card(customer)).content.decode()
    assert "<select" in browser.get(address).content.decode()
    answer = browser.post(address, {"language": "en"})
    assert (answer.status_code, answer["Location"]) == (303, card(customer))
    customer.refresh_from_db()
    assert (customer.language, customer.language_set_by) == ("en", world.person("chen"))
    (entry,) = story.entries("customers.customer.set_language")
    assert entry.subject_id == customer.pk


def test_only_a_language_we_write_is_set() -> None:
    address = reverse("desk.customer.language", args=[known().pk])
    assert world.client("chen").post(address, {"language": "fr"}).status_code == 422


def test_who_may_only_look_sets_nothing() -> None:
    customer = known()
    page = world.client("sun").get(card(customer)).content.decode()
    assert reverse("desk.customer.language", args=[customer.pk]) not in page
    answer = story.post(world.client("sun"), "desk.customer.language", customer.pk, {"language": "en"})
    assert answer.status_code == 403
    assert story.entries("customers.customer.set_language", refusal="permission_denied")


def test_what_is_not_there_is_not_found() -> None:
    for name in ("desk.customer", "desk.customer.language"):
        assert world.client("chen").get(reverse(name, args=[uuid4()])).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_many() -> None:
    known()
    few = cost.statements("chen", CUSTOMERS)
    for number in range(4):
        known(f"客户{number}", f"P30{number}00{number}")
    assert cost.statements("chen", CUSTOMERS) <= few <= LIST_STATEMENTS_MAX


def test_the_card_costs_the_same_for_one_conversation_and_for_many() -> None:
    case = story.triaged("li")
    few = cost.statements("li", card(case.customer))
    for _ in range(4):
        story.triaged("wang")
    assert cost.statements("li", card(case.customer)) <= few <= CARD_STATEMENTS_MAX
