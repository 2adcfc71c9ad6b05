"""Customers as the lists show them: addresses and numbers masked."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from plainspoken.api import problems, shapes
from plainspoken.api.door import actor
from plainspoken.api.values import Cursor, Looked, one_of
from plainspoken.customers.models import Customer
from plainspoken.desk.queries import customers
from plainspoken.desk.queries.customers import Known
from plainspoken.kernel import access
from plainspoken.ui import tables

router = Router(tags=["customers"])


class CustomersAsked(Schema):
    """`q`: a name, a number, or a whole address or telephone number."""

    q: Looked = ""
    kind: Annotated[str, *one_of(customers.KINDS)] = "customers"
    after: Cursor = ""
    before: Cursor = ""


@router.get(
    "/", response={200: shapes.Customers, **problems.told()}, summary="Find customers", url_name="customers"
)
def index(request: HttpRequest, asked: Query[CustomersAsked]) -> shapes.Customers:
    problems.only(request, *CustomersAsked.model_fields)
    by = actor(request)
    rows = customers.find(asked.q.strip(), asked.kind, by)
    page = tables.page_by_key(rows, request, customers.KEYS)
    told = [_row(one) for one in customers.told(page.rows, by)]
    return shapes.Customers(items=told, next=page.next, previous=page.previous)


@router.get(
    "/{uuid:customer_id}/",
    response={200: shapes.CustomerShown, **problems.told(404)},
    summary="Read a customer",
    url_name="customer",
)
def show(request: HttpRequest, customer_id: UUID) -> shapes.CustomerShown:
    """The reading is noted in the read journal."""
    rows = Customer.objects.select_related("home_unit")
    return shapes.customer(access.open(rows, customer_id, actor(request), purpose="api"))


def _row(known: Known) -> shapes.CustomerRow:
    row = known.customer
    return shapes.CustomerRow(
        id=row.pk,
        number=row.number,
        name=row.name,
        kind=row.kind,
        prospect=row.prospect,
        last_at=known.last_at,
        open_cases=known.open_cases,
    )
