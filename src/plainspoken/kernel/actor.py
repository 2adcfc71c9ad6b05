"""Who acts: a frozen value that `organization` builds for staff, and slices for customers and machines."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID, uuid5

_SYSTEM = UUID("6f1a3b52-7d0f-5c1e-9b7e-2d0c7f3a9e10")


class Kind(StrEnum):
    STAFF = "staff"
    CUSTOMER = "customer"
    INTEGRATION = "integration"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """`units` are those whose work the actor sees; `sees_all` is the supervision team, read only.

    `responsible`: of an integration, the member of staff who answers for what it does.
    """

    kind: Kind
    id: UUID
    name: str = field(compare=False)
    permissions: frozenset[str]
    post: str = ""
    unit: UUID | None = None
    units: frozenset[UUID] = frozenset()
    sees_all: bool = False
    responsible: UUID | None = None

    @property
    def person(self) -> UUID:
        """In whose name something is done: the actor's own, for an integration that of who answers for it."""
        return self.responsible or self.id

    @property
    def of_the_firm(self) -> bool:
        """A member of staff, or a program of the firm that stands under the same rules."""
        return self.kind in (Kind.STAFF, Kind.INTEGRATION)

    def may(self, permission: str) -> bool:
        return permission in self.permissions


def system(name: str, *permissions: str) -> Actor:
    """A machine actor with a name and permissions of its own, such as `cases.intake`."""
    return Actor(Kind.SYSTEM, uuid5(_SYSTEM, name), name, frozenset(permissions), sees_all=True)
