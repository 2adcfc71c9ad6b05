"""From the token of a program to the actor the kernel knows."""

import hashlib
import secrets
from enum import StrEnum

from plainspoken.kernel import clock
from plainspoken.kernel.actor import Actor, Kind
from plainspoken.organization import queries, tree
from plainspoken.organization.models import Integration

TOKEN_PREFIX = "plainspoken_"  # noqa: S105 - so that a search for leaked tokens finds them
TOKEN_BYTES = 32
USE = "organization.integration.use"


class Standing(StrEnum):
    VALID = "valid"
    ENDED = "ended"
    EXPIRED = "expired"
    ABANDONED = "abandoned"


def new_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> bytes:
    """What is kept of a token: 256 bits of chance need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def find(token: str) -> Integration | None:
    """The program of that token, also when it has been ended or has expired."""
    rows = Integration.objects.select_related("role", "unit", "person")
    return rows.filter(token_hash=digest(token)).first()


def standing(integration: Integration) -> Standing:
    """Whether its token opens anything; who answers for it must hold a post still."""
    if integration.ended_at:
        return Standing.ENDED
    if integration.expires_at <= clock.now():
        return Standing.EXPIRED
    held = queries.held(queries.today(integration.unit)).filter(person=integration.person_id)
    if not integration.person.may_sign_in or not held.exists():
        return Standing.ABANDONED
    return Standing.VALID


def actor(integration: Integration) -> Actor:
    """It sees what a unit sees, never everything, whatever its role says of people."""
    return Actor(
        kind=Kind.INTEGRATION,
        id=integration.pk,
        name=integration.name,
        permissions=frozenset(integration.role.permissions) | {USE},
        unit=integration.unit_id,
        units=tree.below([integration.unit_id]),
        responsible=integration.person_id,
    )
