"""What may be done with customers, prospects and what we know of them."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from plainspoken.customers import contact, links
from plainspoken.customers.models import ContactPoint, Customer, Identifier, Link
from plainspoken.kernel import clock, writing
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor, Kind
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.ledger import Code
from plainspoken.organization.models import Person, Unit

PURPOSES = {
    "call_back": _("To call the customer back"),
    "verify": _("To verify who the customer is"),
    "correct": _("To correct the data"),
    "authority": _("Asked for by an authority"),
}


@action("customers.prospect.meet", _("Meet a prospect"), creates=True, unrecorded=["value"], duties=["2e"])
def meet(unit: Unit, *, by: Actor, kind: str, value: str, name: str) -> ContactPoint:
    """Somebody nobody knows writes to a unit: a prospect with a claimed contact point."""
    customer = Customer(
        id=uuid7(),
        kind=Customer.Kind.INDIVIDUAL,
        prospect=True,
        name=name or contact.masked(kind, value),
        home_unit=unit,
        since=clock.now(),
    )
    writing.insert(customer)
    record(customer=customer)
    return _contact_point(customer, kind, value, ContactPoint.Verified.CLAIMED, None)


@action("customers.customer.put", _("Record a customer"), creates=True, duties=["2c"])
def put(unit: Unit, *, by: Actor, kind: str, number: str, name: str, language: str) -> Customer:
    """A customer of the firm, known by number; putting the same number again corrects the rest."""
    if not number.strip():
        raise Refused(
            "number_missing", _("A customer of the firm has a number. Without one it is a prospect.")
        )
    customer, made = Customer.objects.update_or_create(
        number=number,
        defaults={"kind": kind, "name": name, "language": language, "home_unit": unit, "prospect": False},
        create_defaults={
            "id": uuid7(),
            "kind": kind,
            "name": name,
            "language": language,
            "home_unit": unit,
            "since": clock.now(),
        },
    )
    record(customer=customer, made=made)
    return customer


@action(
    "customers.contact_point.put",
    _("Record a contact point"),
    creates=True,
    unrecorded=["value"],
    duties=["5.2.1a"],
)
def put_contact_point(customer: Customer, *, by: Actor, kind: str, value: str, verified: str) -> ContactPoint:
    """A way to reach the customer, and how it was verified."""
    _written(contact.spelled(kind, value))
    found = ContactPoint.objects.filter(kind=kind, index=contact.index(kind, value)).first()
    if found is None:
        return _contact_point(customer, kind, value, verified, by)
    if found.customer_id != customer.pk:
        raise Refused("contact_point_of_another", _("This address already belongs to another customer."))
    record(contact_point=found, made=False)
    found.verified, found.verified_at, found.verified_by_id = verified, clock.now(), _staff(by)
    found.save(update_fields=["verified", "verified_at", "verified_by"])
    return found


@action(
    "customers.identifier.put",
    _("Record an identifier"),
    creates=True,
    unrecorded=["value"],
    duties=["5.1.4c"],
)
def put_identifier(customer: Customer, *, by: Actor, kind: str, value: str) -> Identifier:
    """A document or account number, kept encrypted."""
    value = _written(value.strip())
    identifier, made = Identifier.objects.get_or_create(
        kind=kind,
        index=contact.index(kind, value),
        defaults={"id": uuid7(), "customer": customer, "value": value, "masked": contact.masked(kind, value)},
    )
    if identifier.customer_id != customer.pk:
        raise Refused("identifier_of_another", _("This number already belongs to another customer."))
    record(identifier=identifier, made=made)
    return identifier


@action("customers.contact_point.reveal", _("Show a contact point in clear"), creates=True, duties=["5.1.4b"])
def reveal(point: ContactPoint, *, by: Actor, purpose: str) -> str:
    """The address or number in clear, for a purpose that the ledger keeps."""
    _check(purpose)
    record(purpose=Code(purpose))
    return str(point.value)


@action("customers.identifier.reveal", _("Show an identifier in clear"), creates=True, duties=["5.1.4b"])
def reveal_identifier(identifier: Identifier, *, by: Actor, purpose: str) -> str:
    """The number in clear, for a purpose that the ledger keeps."""
    _check(purpose)
    record(purpose=Code(purpose))
    return str(identifier.value)


@action("customers.customer.set_language", _("Choose the customer's language"))
def set_language(customer: Customer, *, by: Actor, language: str) -> Customer:
    """The language we write in, chosen by a person; it goes before what a message suggests."""
    customer.language, customer.language_set_by_id = language, _staff(by)
    customer.save(update_fields=["language", "language_set_by"])
    return customer


@action("customers.link.use", _("Use a customer's link"))
def use(link: Link, *, by: Actor) -> Link:
    """The customer to whom the link was given does with it what it is for; once, and while it is valid."""
    if by.kind is not Kind.CUSTOMER or by.id != link.customer_id:
        raise Refused("link_of_another", _("This link was given to somebody else."))
    if links.expired(link):
        raise Refused("link_expired", _("This link has expired."))
    if link.used_at:
        raise Refused("link_used", _("This link has been used already."))
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    record(purpose=Code(link.purpose))
    return link


def _written(value: str) -> str:
    if not value:
        raise Refused("value_missing", _("Write the address or number."))
    return value


def _check(purpose: str) -> None:
    if purpose not in PURPOSES:
        raise Refused("purpose_unknown", _("Choose what you need it for."))


def _staff(by: Actor) -> UUID | None:
    return by.person if by.of_the_firm else None


def _contact_point(
    customer: Customer, kind: str, value: str, verified: str, by: Actor | None
) -> ContactPoint:
    staff = Person.objects.filter(pk=by.id).first() if by and by.kind is Kind.STAFF else None
    point = ContactPoint(
        id=uuid7(),
        customer=customer,
        kind=kind,
        value=contact.spelled(kind, value),
        index=contact.index(kind, value),
        masked=contact.masked(kind, contact.spelled(kind, value)),
        verified=verified,
        verified_at=clock.now() if by else None,
        verified_by=staff,
    )
    writing.insert(point)
    record(contact_point=point, made=True)
    return point
