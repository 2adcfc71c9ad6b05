"""How often a password may be tried.

Strict for an account from one address, loose for an account and for an address as a whole, and for ten
minutes only: a colleague who types wrong passwords locks nobody out for long. Browsers from which somebody
has signed in before are counted by themselves, so that no flood from elsewhere reaches their owner.
"""

import hashlib
import secrets
from dataclasses import dataclass

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from plainspoken.organization.models import Person

COOKIE = "device"
COOKIE_SECONDS = 90 * 24 * 60 * 60
_SALT = "organization.device"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `attempts` that failed within `seconds`."""

    name: str
    attempts: int
    seconds: int

    def take(self, *of: str) -> str | None:
        """Take one of the places, None when all are taken; a place is free again after `seconds`.

        Each place is a key of its own, so that attempts at the same moment cannot take more than there are.
        """
        digest = hashlib.sha256("\n".join(of).encode()).hexdigest()
        places = [f"sign_in:{self.name}:{digest}:{number}" for number in range(self.attempts)]
        taken = cache.get_many(places)
        return next((one for one in places if one not in taken and cache.add(one, 1, self.seconds)), None)


PAIR = Limit("pair", attempts=5, seconds=600)
ACCOUNT = Limit("account", attempts=50, seconds=600)
ADDRESS = Limit("address", attempts=100, seconds=600)
DEVICE = Limit("device", attempts=10, seconds=600)


def begin(username: str, address: str, device: str) -> list[str] | None:
    """Take a place for one attempt at the password; None when there have been too many."""
    places: list[str] = []
    for limit, of in _limits(username, address, device):
        place = limit.take(*of)
        if place is None:
            give_back(places)
            return None
        places.append(place)
    return places


def _limits(username: str, address: str, device: str) -> list[tuple[Limit, tuple[str, ...]]]:
    if device:
        return [(DEVICE, (username, device))]
    return [(PAIR, (username, address)), (ACCOUNT, (username,)), (ADDRESS, (address,))]


def give_back(places: list[str]) -> None:
    """The attempt was right: it does not count."""
    cache.delete_many(places)


def device_of(request: HttpRequest, person: Person | None) -> str:
    """The browser's own name if this person has signed in from it before, else empty."""
    if person is None:
        return ""
    try:
        owner, name = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return ""
    return str(name) if owner == str(person.pk) else ""


def remember(response: HttpResponse, request: HttpRequest, person: Person) -> None:
    """Let the browser prove next time that this person has signed in from it."""
    value = signing.dumps([str(person.pk), secrets.token_hex(16)], salt=_SALT)
    response.set_cookie(
        COOKIE, value, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
    )
