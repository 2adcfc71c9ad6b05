"""The customers of the measured firm: a few come very often, most once or twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Model

from bench.copying import born, key
from bench.words import Words
from plainspoken.customers import contact
from plainspoken.customers.models import ContactPoint, Customer
from plainspoken.kernel import language

CASES_A_CUSTOMER = 3
PROSPECTS_SHARE = 0.3
COMPANIES_SHARE = 0.15
SKEW = 3.0


@dataclass(frozen=True, slots=True)
class Client:
    """A customer as a case needs it."""

    id: str
    point: str
    name: str
    address: str
    language: str
    company: bool


class Clients:
    """`rows` are what is written; `some` draws one, the heavy ones more often."""

    def __init__(self, words: Words, count: int, home: UUID, since: datetime) -> None:
        self.chance, self.words, self.home, self.since = words.chance, words, home, since
        self.known = [self._client(number) for number in range(max(count, 1))]

    def some(self) -> Client:
        return self.known[int(len(self.known) * self.chance.random() ** SKEW)]

    def rows(self, numbers: range) -> Iterator[Model]:
        for number in numbers:
            yield from self._rows(number, self.known[number])

    def _client(self, number: int) -> Client:
        spoken = language.ENGLISH if number % 2 else language.CHINESE
        company = self.chance.random() < COMPANIES_SHARE
        name = self.words.company(spoken) if company else self.words.person(spoken)
        return Client(key(self.since), key(self.since), name, f"c{number}@mail.example", spoken, company)

    def _rows(self, number: int, client: Client) -> Iterator[Model]:
        prospect = self.chance.random() < PROSPECTS_SHARE
        kind = Customer.Kind.CORPORATE if client.company else Customer.Kind.INDIVIDUAL
        yield born(
            Customer,
            id=client.id,
            kind=kind,
            prospect=prospect,
            number="" if prospect else f"B{number:08}",
            name=client.name,
            language="" if prospect else client.language,
            home_unit_id=self.home,
            since=self.since + timedelta(seconds=number),
        )
        email = ContactPoint.Kind.EMAIL
        yield born(
            ContactPoint,
            id=client.point,
            customer_id=client.id,
            kind=email,
            value=client.address,
            index=contact.index(email, client.address),
            masked=contact.masked(email, client.address),
            verified=ContactPoint.Verified.CLAIMED if prospect else ContactPoint.Verified.FILE,
        )
