"""Customers and prospects, how to reach them, their numbers, and what is shown of these to whom."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

import world
from plainspoken.customers import actions, contact
from plainspoken.customers.models import ContactPoint, Customer, Identifier
from plainspoken.kernel import ledger
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.language import CHINESE
from plainspoken.kernel.models import Entry, Opening

BY = system(
    "tests.customers", "customers.customer.put", "customers.contact_point.put", "customers.identifier.put",
    "customers.prospect.meet", "customers.customer.set_language",
)  # fmt: skip
pytestmark = pytest.mark.usefixtures("firm")
CARD = "6222020200112233"


def customer(number: str = "C1001", **more: Any) -> Customer:
    values = {"kind": "individual", "name": "王芳", "language": CHINESE, **more}
    return actions.put(world.unit("personal-finance"), by=BY, number=number, **values)


def point(of: Customer, value: str = "wang@example.com", kind: str = "email", by: Actor = BY) -> ContactPoint:
    return actions.put_contact_point(of, by=by, kind=kind, value=value, verified="file")


def facts(code: str) -> dict[str, Any]:
    return ledger.facts(bytes(Entry.objects.filter(code=code).latest("at", "id").body))


@pytest.mark.duty("2c")
def test_a_customer_is_known_by_number() -> None:
    made = customer()
    assert (made.prospect, made.name, made.home_unit) == (False, "王芳", world.unit("personal-finance"))
    assert facts("customers.customer.put") == {"customer": str(made.pk), "made": True}


@pytest.mark.duty("2c")
@pytest.mark.parametrize("kind", Customer.Kind)
def test_of_each_kind(kind: Customer.Kind) -> None:
    assert customer(kind=kind).kind == kind


def test_the_same_number_again_corrects_the_rest() -> None:
    first = customer()
    again = customer(name="王小芳", language="en")
    assert (again.pk, again.name, again.language) == (first.pk, "王小芳", "en")
    assert (Customer.objects.count(), facts("customers.customer.put")["made"]) == (1, False)


@pytest.mark.parametrize("number", ["", "   "])
def test_no_customer_without_a_number(number: str) -> None:
    with pytest.raises(Refused, match="number_missing"):
        customer(number)
    assert not Customer.objects.exists()


def test_the_database_refuses_a_customer_without_a_number() -> None:
    with pytest.raises(IntegrityError, match="customers_customer_known_has_number"), transaction.atomic():
        Customer.objects.update_or_create(pk=customer().pk, defaults={"number": ""})


@pytest.mark.duty("2e")
def test_whom_nobody_knows_is_a_prospect_with_a_claimed_address() -> None:
    unit = world.unit("customer-service")
    met = actions.meet(unit, by=BY, kind="email", value="Chen@Example.com", name="陈静")
    assert (met.value, met.verified, met.verified_by) == ("chen@example.com", "claimed", None)
    assert (met.customer.prospect, met.customer.number, met.customer.name) == (True, "", "陈静")
    assert facts("customers.prospect.meet")["customer"] == str(met.customer_id)


def test_a_prospect_without_a_name_is_shown_by_the_masked_address() -> None:
    met = actions.meet(world.unit("customer-service"), by=BY, kind="email", value="chen@example.com", name="")
    assert met.customer.name == "ch***@example.com"


def test_how_an_address_was_verified_is_kept() -> None:
    made, li = customer(), world.actor("li")
    point(made)
    again = actions.put_contact_point(
        made, by=li, kind="email", value=" WANG@example.com", verified="call_back"
    )
    assert ContactPoint.objects.get().pk == again.pk
    assert (again.verified, again.verified_by_id) == ("call_back", li.id)
    assert facts("customers.contact_point.put") == {"contact_point": str(again.pk), "made": False}


@pytest.mark.parametrize(
    ("kind", "first", "again"),
    [
        ("email", "wang@example.com", "  Wang@EXAMPLE.com "),
        ("phone", "+86 138-0013-8000", "+86 (138) 0013 8000"),
    ],
)
def test_one_address_in_any_spelling(kind: str, first: str, again: str) -> None:
    made = customer()
    assert point(made, first, kind).pk == point(made, again, kind).pk


def test_an_address_belongs_to_one_customer() -> None:
    point(customer())
    with pytest.raises(Refused, match="contact_point_of_another"):
        point(customer("C1002"))
    assert ContactPoint.objects.count() == 1
    assert len(world.entries("customers.contact_point.put", "contact_point_of_another")) == 1


@pytest.mark.parametrize(("kind", "value"), [("email", "  "), ("phone", "n/a"), ("phone", "")])
def test_an_address_says_something(kind: str, value: str) -> None:
    with pytest.raises(Refused, match="value_missing"):
        point(customer(), value, kind)


@pytest.mark.duty("5.1.4c")
def test_a_number_is_kept_and_found_by_its_blind_index() -> None:
    made = customer()
    kept = actions.put_identifier(made, by=BY, kind="account", value=f" {CARD} ")
    found = Identifier.objects.get(kind="account", index=contact.index("account", CARD))
    assert (found.pk, found.value, found.masked) == (kept.pk, CARD, "************2233")
    assert not Identifier.objects.filter(kind="id_card", index=contact.index("account", CARD)).exists()
    assert facts("customers.identifier.put") == {"identifier": str(kept.pk), "made": True}


def test_the_same_number_again_is_the_same() -> None:
    made = customer()
    first = actions.put_identifier(made, by=BY, kind="id_card", value="33010619900101241x")
    again = actions.put_identifier(made, by=BY, kind="id_card", value="33010619900101241X")
    assert (first.pk, Identifier.objects.count()) == (again.pk, 1)


def test_a_number_belongs_to_one_customer() -> None:
    actions.put_identifier(customer(), by=BY, kind="account", value=CARD)
    with pytest.raises(Refused, match="identifier_of_another"):
        actions.put_identifier(customer("C1002"), by=BY, kind="account", value=CARD)
    assert Identifier.objects.get().customer.number == "C1001"


def test_a_number_says_something() -> None:
    with pytest.raises(Refused, match="value_missing"):
        actions.put_identifier(customer(), by=BY, kind="account", value=" ")


@pytest.mark.duty("5.1.4b")
@pytest.mark.parametrize("purpose", actions.PURPOSES)
def test_what_is_masked_is_revealed_for_a_purpose(purpose: str) -> None:
    made, li = customer(), world.actor("li")
    kept = actions.put_identifier(made, by=BY, kind="account", value=CARD)
    assert actions.reveal(point(made), by=li, purpose=purpose) == "wang@example.com"
    assert actions.reveal_identifier(kept, by=li, purpose=purpose) == CARD
    for code in ("customers.contact_point.reveal", "customers.identifier.reveal"):
        entry = world.entries(code)[0]
        assert (facts(code), entry.actor_id, entry.actor_post) == ({"purpose": purpose}, li.id, "cs-agent")


@pytest.mark.parametrize("purpose", ["", "curiosity"])
def test_not_for_any_other_purpose(purpose: str) -> None:
    made, li = customer(), world.actor("li")
    kept = actions.put_identifier(made, by=BY, kind="account", value=CARD)
    with pytest.raises(Refused, match="purpose_unknown"):
        actions.reveal(point(made), by=li, purpose=purpose)
    with pytest.raises(Refused, match="purpose_unknown"):
        actions.reveal_identifier(kept, by=li, purpose=purpose)
    assert len(world.entries("customers.identifier.reveal", "purpose_unknown")) == 1


@pytest.mark.parametrize("name", ["sun", "admin"])
def test_who_only_looks_on_reveals_nothing(name: str) -> None:
    made = customer()
    kept = actions.put_identifier(made, by=BY, kind="account", value=CARD)
    with pytest.raises(PermissionDenied):
        actions.reveal(point(made), by=world.actor(name), purpose="verify")
    with pytest.raises(PermissionDenied):
        actions.reveal_identifier(kept, by=world.actor(name), purpose="verify")


def test_a_person_chooses_the_language() -> None:
    made, li = customer(), world.actor("li")
    actions.set_language(made, by=li, language="en")
    made.refresh_from_db()
    assert (made.language, made.language_set_by_id) == ("en", li.id)
    assert (
        Opening.objects.get(entry=world.entries("customers.customer.set_language")[0]).values["language"][1]
        == "en"
    )
    actions.set_language(made, by=BY, language=CHINESE)
    assert made.language_set_by_id is None


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("email", "wang.fang@example.com", "wa***@example.com"),
        ("phone", "+8613800138000", "+86*******8000"),
        ("id_card", "330106199001012418", "3301**********2418"),
        ("credit_code", "91330106MA2AXXXX1X", "**************XX1X"),
        ("account", CARD, "************2233"),
    ],
)
def test_lists_show_a_mask(kind: str, value: str, masked: str) -> None:
    made = customer()
    put: Callable[..., Any] = actions.put_identifier if kind in Identifier.Kind else actions.put_contact_point
    more = {} if kind in Identifier.Kind else {"verified": "file"}
    assert put(made, by=BY, kind=kind, value=value, **more).masked == masked


def _both(body: Callable[[], object]) -> list[object]:
    outcomes: list[object] = []
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            outcomes.append(body())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_at_once_put_one_customer() -> None:
    world.firm()
    assert len({one.pk for one in _both(customer) if isinstance(one, Customer)}) == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_put_one_number() -> None:
    world.firm()
    made = customer()
    found = _both(lambda: actions.put_identifier(made, by=BY, kind="account", value=CARD).pk)
    assert (len(found), len(set(found))) == (2, 1)


def test_the_database_keeps_an_address_once() -> None:
    standing = point(customer())
    standing.pk = uuid7()
    with pytest.raises(IntegrityError, match="customers_contactpoint_once"), transaction.atomic():
        standing.save(force_insert=True)
