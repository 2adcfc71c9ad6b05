"""Addresses and numbers in one spelling, so that the same one is found again, and masked for lists."""

from plainspoken.customers.models import ContactPoint, Identifier
from plainspoken.kernel import crypto, text

Kind = ContactPoint.Kind


def spelled(kind: str, value: str) -> str:
    """The one spelling of an address or number: no spaces, e-mail in lower case, digits of a phone only."""
    value = value.strip()
    if kind == Kind.EMAIL:
        return value.lower()
    return "".join(character for character in value if character.isdigit() or character == "+")


def index(kind: str, value: str) -> bytes:
    """The blind index by which a contact point or identifier is found without being read."""
    return crypto.blind(spelled(kind, value) if kind in Kind else value.strip().upper(), f"customers.{kind}")


def masked(kind: str, value: str) -> str:
    """What lists show in place of the value."""
    match kind:
        case Kind.EMAIL:
            return text.mask_email(value)
        case Kind.PHONE:
            return text.mask_phone(value)
        case Identifier.Kind.ID_CARD:
            return text.mask_id_card(value)
    return text.mask_account(value)
