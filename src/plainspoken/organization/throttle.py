"""How often passwords and codes may be tried, and pages for strangers be asked for.

Strict for an account from one address, loose for an account and for an address as a whole, and for minutes only.
A browser in which somebody has signed in before carries a signed cookie and is counted by itself (a device cookie,
as OWASP calls it): nobody at another place, nor a colleague behind the same address, can lock its owner out.
One browser is known for several people, since desks are shared.
"""

import hashlib
import secrets
from dataclasses import dataclass

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from plainspoken.kernel import clock
from plainspoken.organization.models import Person

COOKIE = "device"
COOKIE_SECONDS = 90 * 24 * 60 * 60
OWNERS_MAX = 8
_SALT = "organization.devices"


class TooMany(Exception):
    """There have been too many; `minutes` until there is a place again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.minutes = max(1, -int(-seconds // 60))


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `attempts` within `seconds`; those that were right may be given back."""

    name: str
    attempts: int
    seconds: int

    def take(self, *of: str) -> str:
        """Take one of the places; a place is free again after `seconds`. Raises TooMany.

        Each place is a key of its own, so that attempts at the same moment cannot take more than there are.
        It holds the moment at which it is free again.
        """
        digest = hashlib.sha256("\n".join(of).encode()).hexdigest()
        places = [f"sign_in:{self.name}:{digest}:{number}" for number in range(self.attempts)]
        taken = cache.get_many(places)
        now = clock.now().timestamp()
        for one in places:
            if one not in taken and cache.add(one, now + self.seconds, self.seconds):
                return one
        raise TooMany(min(taken.values(), default=now + self.seconds) - now)


@dataclass(frozen=True, slots=True)
class Guessing:
    """The limits for trying one kind of secret. An unknown browser meets the first three, a known one the last."""

    pair: Limit
    account: Limit
    address: Limit
    device: Limit

    def begin(self, username: str, address: str, device: str) -> list[str]:
        """Take a place for one attempt. Raises TooMany."""
        places: list[str] = []
        try:
            for limit, of in self._limits(username, address, device):
                places.append(limit.take(*of))
        except TooMany:
            give_back(places)
            raise
        return places

    def _limits(self, username: str, address: str, device: str) -> list[tuple[Limit, tuple[str, ...]]]:
        if device:
            return [(self.device, (username, device))]
        return [(self.pair, (username, address)), (self.account, (username,)), (self.address, (address,))]


PASSWORD = Guessing(
    pair=Limit("pair", attempts=5, seconds=600),
    account=Limit("account", attempts=50, seconds=600),
    address=Limit("address", attempts=100, seconds=600),
    device=Limit("device", attempts=10, seconds=600),
)
# Who tries codes knows the password already, and a code has a million values: fewer, and for longer.
CODE = Guessing(
    pair=Limit("code_pair", attempts=5, seconds=600),
    account=Limit("code_account", attempts=20, seconds=3_600),
    address=Limit("code_address", attempts=50, seconds=600),
    device=Limit("code_device", attempts=5, seconds=600),
)


def give_back(places: list[str]) -> None:
    """The attempt was right: it does not count."""
    cache.delete_many(places)


def device_of(request: HttpRequest, person: Person | None) -> str:
    """The browser's own name for this person, who has signed in from it before; else empty."""
    return _known(request).get(str(person.pk), "") if person else ""


def remember(response: HttpResponse, request: HttpRequest, person: Person) -> None:
    """Let the browser prove next time that this person has signed in from it."""
    known = [(owner, name) for owner, name in _known(request).items() if owner != str(person.pk)]
    owners = [*known, (str(person.pk), secrets.token_hex(16))][-OWNERS_MAX:]
    value = signing.dumps(owners, salt=_SALT, compress=True)
    response.set_cookie(
        COOKIE, value, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
    )


def _known(request: HttpRequest) -> dict[str, str]:
    """Who has signed in from this browser, and how it is called for each."""
    try:
        owners = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return {}
    return {str(owner): str(name) for owner, name in owners}
