"""What the API answers, and how it is made from rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from plainspoken.cases.models import NEVER, Case
from plainspoken.customers.models import ContactPoint, Customer, Identifier
from plainspoken.desk import words
from plainspoken.desk.queries import possible
from plainspoken.desk.queries.thread import Said
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.models import Deadline

PREFIX = "cases.inquiry."


class Named(Schema):
    """A row that is chosen by its code."""

    code: str
    name: str


class CustomerNamed(Schema):
    id: UUID
    number: str
    name: str


class CaseRow(Schema):
    """`due_at`: when the first of its running deadlines ends. `owner` is a username; the rest are codes."""

    id: UUID
    number: str
    state: str
    subject: str
    customer: CustomerNamed
    unit: str
    owner: str | None
    type: str | None
    line: str | None
    received_at: datetime
    last_at: datetime
    due_at: datetime | None


class Cases(Schema):
    """`next` and `previous` go into `after` and `before`; empty at the ends."""

    items: list[CaseRow]
    next: str
    previous: str


class DeadlineShown(Schema):
    kind: str
    state: str
    due_at: datetime
    met_at: datetime | None
    breached_at: datetime | None


class File(Schema):
    name: str
    content_type: str
    bytes: int


class MessageShown(Schema):
    """`quoted` is what stood around the words; `cut`: there is more than is shown; `leaving` is the outbox's state."""

    id: UUID
    kind: str
    at: datetime
    who: str
    text: str
    quoted: str
    cut: bool
    case: str
    leaving: str | None
    files: list[File]


class Messages(Schema):
    """Oldest first. `earlier` goes into `before`, null when these are the first."""

    items: list[MessageShown]
    earlier: UUID | None


class CaseWhole(Schema):
    """`operations` are the verbs open to this program now. `seen` goes with what is written to the customer."""

    id: UUID
    number: str
    state: str
    subject: str
    customer: CustomerNamed
    unit: str
    owner: str | None
    type: str | None
    line: str | None
    suggested_type: str | None
    suggested_line: str | None
    received_at: datetime
    last_at: datetime
    told_at: datetime | None
    first_reply_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    deadlines: list[DeadlineShown]
    messages: Messages
    seen: UUID
    operations: list[str]


class CaseNow(Schema):
    """Where a case stands after a verb. `message`: what was written by it."""

    id: UUID
    number: str
    state: str
    owner: str | None
    operations: list[str]
    message: UUID | None


class Masked(Schema):
    kind: str
    masked: str


class CustomerShown(Schema):
    """Addresses and numbers are masked."""

    id: UUID
    number: str
    name: str
    kind: str
    prospect: bool
    language: str
    home_unit: str
    since: datetime
    contact_points: list[Masked]
    identifiers: list[Masked]


class CustomerRow(Schema):
    id: UUID
    number: str
    name: str
    kind: str
    prospect: bool
    last_at: datetime | None
    open_cases: int


class Customers(Schema):
    items: list[CustomerRow]
    next: str
    previous: str


class Hit(Schema):
    """`text` is the part of the message around the first word that was found."""

    message: UUID
    kind: str
    at: datetime
    subject: str
    text: str
    case: UUID | None
    number: str | None


class Found(Schema):
    """`cases` and `customers` are those of that number or name."""

    cases: list[CustomerNamed]
    customers: list[CustomerNamed]
    items: list[Hit]
    next: str
    previous: str


def customer_named(row: Customer) -> CustomerNamed:
    return CustomerNamed(id=row.pk, number=row.number, name=row.name)


def code(row: Any) -> str | None:
    """By what other rows name it; None for none."""
    return None if row is None else str(row.code)


def case_row(row: Any) -> CaseRow:
    return CaseRow(
        id=row.pk,
        number=row.number,
        state=row.state,
        subject=row.subject,
        customer=customer_named(row.customer),
        unit=row.unit.code,
        owner=row.owner.username if row.owner else None,
        type=code(row.type),
        line=code(row.line),
        received_at=row.received_at,
        last_at=row.last_at,
        due_at=row.due_at if row.due_at != NEVER else None,
    )


def operations(case: Case, by: Actor) -> list[str]:
    """Edges from here that the program may take."""
    return sorted(one.removeprefix(PREFIX) for one in possible.possible(case, by).codes)


def case_now(case: Case, by: Actor, message: UUID | None = None) -> CaseNow:
    return CaseNow(
        id=case.pk,
        number=case.number,
        state=case.state,
        owner=case.owner.username if case.owner else None,
        operations=operations(case, by),
        message=message,
    )


def deadline(row: Deadline) -> DeadlineShown:
    return DeadlineShown(
        kind=row.kind,
        state=row.state,
        due_at=row.due_at,
        met_at=row.met_at,
        breached_at=row.breached_at,
    )


def messages(items: Iterable[object], earlier: UUID | None, number: str) -> Messages:
    """What was said; events that stand among it are the ledger's to tell."""
    said = [_message(one, number) for one in items if isinstance(one, Said)]
    return Messages(items=said, earlier=earlier)


def _message(one: Said, number: str) -> MessageShown:
    row = one.message
    return MessageShown(
        id=row.pk,
        kind=row.kind,
        at=row.at,
        who=one.who,
        text=one.text,
        quoted=one.quoted,
        cut=one.cut,
        case=one.origin or number,
        leaving=one.outgoing.state if one.outgoing else None,
        files=[
            File(name=file.name, content_type=file.content_type, bytes=file.blob.size)
            for file in row.attachments.all()
        ],
    )


def customer(row: Customer) -> CustomerShown:
    points = ContactPoint.objects.filter(customer=row).order_by("kind", "id").values("kind", "masked")
    identifiers = Identifier.objects.filter(customer=row).order_by("kind", "id").values("kind", "masked")
    return CustomerShown(
        id=row.pk,
        number=row.number,
        name=row.name,
        kind=row.kind,
        prospect=row.prospect,
        language=row.language,
        home_unit=row.home_unit.code,
        since=row.since,
        contact_points=[Masked(**one) for one in points],
        identifiers=[Masked(**one) for one in identifiers],
    )


def named(row: Any) -> Named:
    return Named(code=row.code, name=words.name(row))
