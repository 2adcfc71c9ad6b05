"""Rows of a batch: written together, in one statement a table, and as they would be one by one."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

import world
from plainspoken.customers.models import ContactPoint, Customer
from plainspoken.kernel import deadlines, writing
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Deadline
from plainspoken.organization.models import Unit

MANY = 7
AT = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def firm(db: None) -> None:
    world.firm()


def customer(name: str) -> Customer:
    home = Unit.objects.get(code="customer-service")
    return Customer(
        id=uuid7(), kind=Customer.Kind.INDIVIDUAL, prospect=True, name=name, home_unit=home, since=AT
    )


def point(of: Customer, index: bytes) -> ContactPoint:
    kind = ContactPoint.Kind.EMAIL
    return ContactPoint(
        id=uuid7(), customer=of, kind=kind, value="王@例子.cn", index=index, masked="王*@例子.cn"
    )


def test_outside_of_a_batch_each_is_written_at_once() -> None:
    made = writing.insert(customer("王芳"))
    made.name = "王芳芳"
    writing.update(made, "name")
    assert Customer.objects.get(pk=made.pk).name == "王芳芳"
    assert not writing.held(made)


@pytest.mark.parametrize("count", [1, MANY])
def test_a_batch_is_written_at_its_end_in_a_statement_a_table(count: int) -> None:
    with CaptureQueriesContext(connection) as sent:
        with writing.in_a_batch(locked=[]):
            made = [writing.insert(customer(f"客户\t{number}\n\\N")) for number in range(count)]
            [writing.insert(point(one, bytes([number]))) for number, one in enumerate(made)]
            assert len(sent) == count
        assert all(not one._state.adding for one in made)
    assert len(sent) == count + 2
    assert set(Customer.objects.filter(prospect=True).values_list("pk", "name")) == {
        (one.pk, one.name) for one in made
    }
    assert {row.value for row in ContactPoint.objects.all()} == {"王@例子.cn"}


@pytest.mark.parametrize("count", [1, MANY])
def test_all_kinds_of_columns_are_as_they_would_be_one_by_one(count: int) -> None:
    def deadline() -> Deadline:
        return Deadline(
            id=uuid7(),
            kind="tests.kind",
            subject_type="tests.some",
            subject_id=uuid7(),
            unit_id=Unit.objects.get(code="customer-service").pk,
            calendar="cn",
            counted_in=deadlines.CountedIn.WORKING_DAYS,
            amount=3,
            opened_at=AT,
            due_at=AT,
            derivation=[{"day": "2026-11-26", "counted": 1, "holiday_zh": "端午节"}],
            steps=[AT, AT],
            next_at=AT,
            provisional=True,
            missing_years=[2027],
        )

    alone = deadline()
    alone.save(force_insert=True)
    with writing.in_a_batch(locked=[]):
        made = [writing.insert(deadline()) for _ in range(count)]
    columns = [one.attname for one in Deadline._meta.concrete_fields if not one.attname.endswith("id")]
    rows = Deadline.objects.filter(pk__in=[alone.pk, *(one.pk for one in made)]).values_list(*columns)
    assert len(rows) == count + 1
    assert all(row == rows[0] for row in rows)


def test_what_changes_before_it_is_written_needs_no_second_statement() -> None:
    with CaptureQueriesContext(connection) as sent, writing.in_a_batch(locked=[]):
        made = customer("赵")
        writing.insert(made)
        assert writing.is_new(made)
        made.name = "赵敏"
        writing.update(made, "name")
    assert Customer.objects.get(pk=made.pk).name == "赵敏"
    assert not [one for one in sent.captured_queries if "UPDATE" in str(one["sql"])]


def test_changes_of_rows_that_are_there_are_one_statement_for_the_same_columns() -> None:
    made = [writing.insert(customer(str(number))) for number in range(MANY)]
    with CaptureQueriesContext(connection) as sent, writing.in_a_batch(locked=made):
        for one in made:
            one.name, one.language = f"{one.name} new", "en"
            writing.update(one, "name")
            writing.update(one, "language")
            assert writing.held(one)
            assert not writing.is_new(one)
    assert [str(one["sql"]).count("UPDATE") for one in sent.captured_queries] == [1]
    kept = Customer.objects.filter(language="en", pk__in=[one.pk for one in made])
    assert {row.name for row in kept} == {f"{number} new" for number in range(MANY)}


def test_only_the_very_object_stands_for_its_row() -> None:
    made = writing.insert(customer("李"))
    with writing.in_a_batch(locked=[made]):
        assert writing.held(made)
        assert not writing.held(Customer.objects.get(pk=made.pk))


def test_whoever_reads_writes_first() -> None:
    with writing.in_a_batch(locked=[]):
        made = writing.insert(customer("孙"))
        assert not Customer.objects.filter(pk=made.pk).exists()
        writing.written()
        assert Customer.objects.filter(pk=made.pk).exists()


def test_a_batch_that_fails_writes_nothing() -> None:
    with pytest.raises(ValueError, match="no"), writing.in_a_batch(locked=[]):
        made = writing.insert(customer("周"))
        raise ValueError("no")
    assert not writing.waiting()
    assert not Customer.objects.filter(pk=made.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_what_the_table_forbids_is_an_error_of_the_database() -> None:
    world.firm()
    of = writing.insert(customer("吴"))
    with pytest.raises(IntegrityError), writing.in_a_batch(locked=[]):
        for _ in range(MANY):
            writing.insert(point(of, b"the same"))
