"""The customers of the demo firm, as its other systems would bring them in."""

from plainspoken.customers import actions
from plainspoken.customers.models import ContactPoint, Identifier
from plainspoken.demo.matters import Client, clients
from plainspoken.kernel.actor import Actor, system
from plainspoken.organization import queries
from plainspoken.organization.models import Unit

BRINGER = system(
    "demo.customers", "customers.customer.put", "customers.contact_point.put", "customers.identifier.put"
)


def put_all() -> None:
    """Every customer with contact points from the file and identifiers."""
    home = queries.root()
    for client in clients():
        _put(client, home, BRINGER)


def _put(client: Client, home: Unit, by: Actor) -> None:
    row = actions.put(
        home, by=by, kind=client.kind, number=client.number, name=client.name, language=client.language
    )
    for kind, value in ((ContactPoint.Kind.EMAIL, client.email), (ContactPoint.Kind.PHONE, client.phone)):
        if value:
            actions.put_contact_point(row, by=by, kind=kind, value=value, verified=ContactPoint.Verified.FILE)
    for kind_, number in _identifiers(client):
        actions.put_identifier(row, by=by, kind=kind_, value=number)


def _identifiers(client: Client) -> list[tuple[Identifier.Kind, str]]:
    pairs = [
        (Identifier.Kind.ID_CARD, client.id_card),
        (Identifier.Kind.CREDIT_CODE, client.credit_code),
        (Identifier.Kind.ACCOUNT, client.account),
    ]
    return [(kind, number) for kind, number in pairs if number]
