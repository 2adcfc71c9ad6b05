"""Secret links: given to one customer for one purpose, used once while they last, kept only as a hash."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

import mailroom
import world
from plainspoken.cases.models import Case
from plainspoken.customers import actions, links
from plainspoken.customers.models import Link
from plainspoken.kernel import clock, ledger
from plainspoken.kernel.actor import Actor, Kind
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Entry, Opening


@pytest.fixture
def case(mailbox: object) -> Case:
    return mailroom.received()


def given(case: Case, days: int = 30, purpose: str = Link.Purpose.SOLVED) -> Link:
    return links.make(purpose, case.customer, case, expires_at=clock.now() + timedelta(days=days))


def visitor(key: UUID, kind: Kind = Kind.CUSTOMER) -> Actor:
    return Actor(kind, key, "王芳", frozenset({"customers.link.use"}))


def token(link: Link) -> str:
    return links.address(link).rstrip("/").rpartition("/")[2]


def test_the_address_leads_to_the_link_and_is_not_kept(case: Case) -> None:
    link = given(case)
    address = links.address(link)
    assert address.startswith(f"{settings.PUBLIC_URL}/")
    assert len(bytes.fromhex(token(link))) == links.TOKEN_BYTES
    assert links.find(token(link), Link.Purpose.SOLVED) == link
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_link::text FROM customers_link")
        assert token(link) not in cursor.fetchone()[0]


def test_each_link_has_a_secret_of_its_own(case: Case) -> None:
    assert token(given(case)) != token(given(case))


def test_a_guess_or_another_purpose_finds_nothing(case: Case) -> None:
    link = given(case)
    assert links.find(token(link), Link.Purpose.RATE) is None
    assert links.find("0" * 32, Link.Purpose.SOLVED) is None
    assert links.find("", Link.Purpose.SOLVED) is None
    assert links.find(str(link.pk), Link.Purpose.SOLVED) is None


def test_the_customer_uses_it(case: Case) -> None:
    link = given(case)
    actions.use(link, by=visitor(case.customer_id))
    link.refresh_from_db()
    entry = world.entries("customers.link.use")[0]
    assert link.used_at is not None
    assert ledger.facts(bytes(entry.body)) == {"purpose": "solved"}
    assert (entry.actor_kind, entry.actor_id) == ("customer", case.customer_id)


def test_it_is_used_once(case: Case) -> None:
    link = given(case)
    actions.use(link, by=visitor(case.customer_id))
    with pytest.raises(Refused, match="link_used"):
        actions.use(link, by=visitor(case.customer_id))


def test_it_lasts_until_it_expires(case: Case) -> None:
    link = given(case, days=2)
    with clock.moved(link.expires_at - timedelta(minutes=1)):
        assert not links.expired(link)
    with clock.moved(link.expires_at), pytest.raises(Refused, match="link_expired"):
        actions.use(link, by=visitor(case.customer_id))
    assert Link.objects.get().used_at is None
    assert links.find(token(link), Link.Purpose.SOLVED) == link


@pytest.mark.parametrize("kind", [Kind.STAFF, Kind.INTEGRATION, Kind.SYSTEM])
def test_nobody_else_uses_it(case: Case, kind: Kind) -> None:
    link = given(case)
    for by in (visitor(uuid7()), visitor(case.customer_id, kind)):
        with pytest.raises(Refused, match="link_of_another"):
            actions.use(link, by=by)


def test_a_customer_may_only_what_the_page_is_for(case: Case) -> None:
    with pytest.raises(PermissionDenied):
        actions.use(given(case), by=Actor(Kind.CUSTOMER, case.customer_id, "王芳", frozenset()))


def test_neither_ledger_nor_opening_holds_the_secret(case: Case) -> None:
    link = given(case)
    actions.use(link, by=visitor(case.customer_id))
    bodies = b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True))
    assert token(link).encode() not in bodies
    assert token(link) not in str(list(Opening.objects.values_list("values", flat=True)))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_use_it_once() -> None:
    mailroom.opened()
    link = given(mailroom.received())
    start, outcomes = threading.Barrier(2), []

    def attempt() -> None:
        mine = Link.objects.get(pk=link.pk)
        start.wait()
        try:
            actions.use(mine, by=visitor(mine.customer_id))
            outcomes.append("used")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["link_used", "used"]
