"""What is known of the customer: masked, shown in clear for a purpose, and the language we write in."""

import re

import pytest
from django.urls import reverse

import story
import world
from plainspoken.customers import actions
from plainspoken.customers.models import ContactPoint, Customer, Identifier
from plainspoken.desk.queries import context, inbox
from plainspoken.desk.views import customers
from plainspoken.kernel import ledger
from plainspoken.kernel.errors import Refused

pytestmark = pytest.mark.usefixtures("desk")
ID_CARD = "330106198801012418"


def identified() -> Identifier:
    case = story.received()
    return actions.put_identifier(case.customer, by=story.everything(), kind="id_card", value=ID_CARD)


@pytest.mark.duty("5.1.4b")
def test_an_address_is_shown_in_clear_for_a_purpose_that_is_kept() -> None:
    case, browser = story.received(), world.client("li")
    point = ContactPoint.objects.get()
    address = reverse("customers.contact_point.reveal", args=[point.pk])
    shown = browser.get(reverse("desk.case", args=[case.pk])).content.decode()
    assert story.CUSTOMER not in shown
    assert address in shown
    assert story.CUSTOMER not in browser.get(address).content.decode()
    answer = browser.post(address, {"purpose": "call_back"})
    assert story.CUSTOMER in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    (entry,) = story.entries("customers.contact_point.reveal")
    assert (entry.actor_id, entry.subject_id) == (world.person("li").pk, point.pk)
    assert ledger.facts(bytes(entry.body))["purpose"] == "call_back"


@pytest.mark.duty("5.1.4b")
def test_a_number_is_shown_in_clear_for_a_purpose_that_is_kept() -> None:
    row, browser = identified(), world.client("li")
    address = reverse("customers.identifier.reveal", args=[row.pk])
    assert "3301**********2418" in browser.get(address).content.decode()
    assert ID_CARD in browser.post(address, {"purpose": "verify"}).content.decode()
    assert story.entries("customers.identifier.reveal")[0].subject_id == row.pk


@pytest.mark.parametrize("purpose", ["", "curiosity"])
def test_without_a_purpose_nothing_is_shown(purpose: str) -> None:
    story.received()
    address = reverse("customers.contact_point.reveal", args=[ContactPoint.objects.get().pk])
    answer = world.client("li").post(address, {"purpose": purpose})
    assert answer.status_code == 422
    assert story.CUSTOMER not in answer.content.decode()
    assert story.entries("customers.contact_point.reveal") == []


def test_strangers_find_nothing_and_others_may_not() -> None:
    row = identified()
    point = ContactPoint.objects.get()
    for name, key in (("customers.contact_point.reveal", point.pk), ("customers.identifier.reveal", row.pk)):
        address = reverse(name, args=[key])
        assert world.client("chen").post(address, {"purpose": "verify"}).status_code == 404
        assert world.client("sun").post(address, {"purpose": "verify"}).status_code == 403
        assert world.client("li").delete(address).status_code == 405


@pytest.mark.duty("2e")
def test_how_an_address_was_verified_is_said() -> None:
    case, browser = story.received(), world.client("li")
    address = reverse("desk.case", args=[case.pk])
    assert "tone-done" not in browser.get(address).content.decode().partition('id="pane-context"')[2]
    ContactPoint.objects.update(verified="document")
    assert "tone-done" in browser.get(address).content.decode().partition('id="pane-context"')[2]


def test_other_cases_of_the_customer_are_listed_where_the_reader_may_see_them() -> None:
    first, second = story.received(), story.received(subject="又一件")
    address = reverse("desk.case", args=[first.pk])
    assert second.number in world.client("li").get(address).content.decode().partition('id="pane-context"')[2]
    second.conversation.exclusions.create(person=world.person("li"), since=second.received_at)
    assert second.number not in world.client("li").get(address).content.decode()


def test_the_timeline_beside_goes_by_key_whatever_page_the_list_is_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(context, "BESIDE_SHOWN", 2)
    monkeypatch.setattr(customers, "BESIDE_SHOWN", 2)
    monkeypatch.setattr(inbox, "PAGE_ROWS", 1)
    cases, browser = [story.received(subject=f"第{n}件") for n in range(3)], world.client("li")
    listed = browser.get("/cases/?show=waiting").content.decode()
    after = re.search(r'rel="next" href="[^"]*after=([^"&]+)', listed)
    assert after
    page = browser.get(reverse("desk.case", args=[cases[2].pk]) + f"?show=waiting&after={after[1]}")
    beside = page.content.decode().partition('id="pane-context"')[2]
    assert [case.number in beside for case in cases] == [False, True, True]
    more = re.search(r'hx-get="(/customers/[^"]+/timeline/[^"]+)"', beside)
    assert more
    further = browser.get(more[1], headers={"HX-Request": "true"}).content.decode()
    assert [case.number in further for case in cases] == [True, False, False]
    assert "<html" in browser.get(more[1]).content.decode()


def test_the_timeline_of_strangers_is_not_found() -> None:
    address = reverse("desk.customer.timeline", args=[story.received().customer_id])
    assert world.client("chen").get(address).status_code == 404
    assert world.client("li").post(address).status_code == 405


def test_the_language_is_set_by_a_person() -> None:
    case, browser = story.received(), world.client("li")
    address = reverse("customers.customer.set_language", args=[case.conversation_id])
    assert browser.get(address).status_code == 200
    answer = browser.post(address, {"language": "en"})
    assert answer["Location"] == reverse("desk.case", args=[case.pk])
    assert Customer.objects.get().language == "en"
    assert story.entries("customers.customer.set_language")[0].subject_id == case.customer_id


def test_the_language_is_one_of_ours_and_set_by_those_who_may() -> None:
    case = story.received()
    address = reverse("customers.customer.set_language", args=[case.conversation_id])
    assert world.client("li").post(address, {"language": "xx"}).status_code == 422
    assert world.client("chen").post(address, {"language": "en"}).status_code == 404
    assert world.client("sun").post(address, {"language": "en"}).status_code == 403
    assert world.client("li").delete(address).status_code == 405


def test_the_action_itself_knows_its_purposes() -> None:
    story.received()
    with pytest.raises(Refused) as refused:
        actions.reveal(ContactPoint.objects.get(), by=world.actor("li"), purpose="curiosity")
    assert refused.value.code == "purpose_unknown"
