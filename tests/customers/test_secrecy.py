"""Numbers and addresses of customers stand nowhere in clear: not in columns, not in the ledger, not in logs."""

import logging
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection

import mailroom
import world
from plainspoken.cases.actions import answering, triage
from plainspoken.cases.models import Line, Type
from plainspoken.customers import actions
from plainspoken.customers.models import ContactPoint, Customer, Identifier
from plainspoken.kernel import crypto, drain
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.models import Entry, Opening

pytestmark = pytest.mark.usefixtures("mailbox")
ACCOUNT, ID_CARD, PHONE, ADDRESS = (
    "6222020200112233",
    "330106199001012418",
    "13800138000",
    "wang.fang@example.com",
)
SECRETS = (ACCOUNT, ID_CARD, PHONE, ADDRESS)


@pytest.fixture
def customer() -> Customer:
    """A customer about whom everything was done that can be done."""
    mailroom.arrives(mailroom.mail(sender=f"王芳 <{ADDRESS}>"))
    case, li = mailroom.case(), world.actor("li")
    actions.put_identifier(case.customer, by=li, kind="account", value=ACCOUNT)
    kept = actions.put_identifier(case.customer, by=li, kind="id_card", value=ID_CARD)
    phone = actions.put_contact_point(case.customer, by=li, kind="phone", value=PHONE, verified="call_back")
    actions.reveal(phone, by=li, purpose="call_back")
    actions.reveal_identifier(kept, by=li, purpose="verify")
    with pytest.raises(Refused):
        actions.reveal_identifier(kept, by=li, purpose="curiosity")
    line = Line.objects.get(code="card")
    triage.triage(case, by=li, type=Type.objects.get(code="fee"), line=line)
    answering.answer(case, by=li, text="年费 200 元。")
    drain.run_until_empty()
    return case.customer


def tables() -> Iterator[tuple[str, bytes]]:
    """Every table as PostgreSQL would write it out."""
    for model in apps.get_models(include_auto_created=True):
        name = model._meta.db_table
        with connection.cursor() as cursor, cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
            yield name, b"".join(bytes(block) for block in copy)


@pytest.mark.duty("5.1.4c")
def test_nowhere_in_the_database_in_clear(customer: Customer) -> None:
    spelled = {form for secret in SECRETS for form in (secret.encode(), secret.encode().hex().encode())}
    assert {name: form for name, text in tables() for form in spelled if form in text} == {}


@pytest.mark.duty("5.1.4c")
@pytest.mark.parametrize("model", [Identifier, ContactPoint])
def test_the_column_holds_what_only_our_key_opens(
    customer: Customer, model: type[Identifier] | type[ContactPoint]
) -> None:
    row = model.objects.filter(customer=customer).latest("pk")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT value, index FROM {model._meta.db_table} WHERE id = %s", [row.pk])
        value, index = map(bytes, cursor.fetchone())
    context = f"{model._meta.db_table}.value".encode()
    assert crypto.unseal(value, context).decode() == row.value
    assert row.value.encode() not in value + index
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(value, b"another.column")


def test_the_same_number_is_sealed_differently_each_time(customer: Customer) -> None:
    first = Identifier.objects.get(kind="account")
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM customers_identifier WHERE id = %s", [first.pk])
        before = bytes(cursor.fetchone()[0])
        first.save(update_fields=["value"])
        cursor.execute("SELECT value FROM customers_identifier WHERE id = %s", [first.pk])
        assert bytes(cursor.fetchone()[0]) != before


def test_the_ledger_says_that_and_not_what(customer: Customer) -> None:
    said = b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True))
    opened = str(list(Opening.objects.values_list("values", flat=True)))
    for secret in SECRETS:
        assert secret.encode() not in said
        assert secret not in opened
    assert Entry.objects.filter(code="customers.identifier.put").count() == 2


@pytest.mark.duty("5.1.4b")
def test_logs_say_nothing_of_it(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    customer: Customer = request.getfixturevalue("customer")
    browser = world.client("li")
    assert browser.get(f"/nowhere/{ACCOUNT}/{ADDRESS}/", {"q": ID_CARD}).status_code == 404
    written = capfd.readouterr()
    text = caplog.text + written.out + written.err
    # The test's own log of SQL statements is not one of ours.
    ours = [line for line in text.splitlines() if "django.db.backends" not in line]
    assert customer.prospect
    assert not [line for line in ours for secret in SECRETS if secret in line]
