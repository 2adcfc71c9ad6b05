"""Secret links for customers: 128 bits made from the link's id and our key, kept only as a hash."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Model
from django.urls import reverse

from plainspoken.customers.models import Customer, Link
from plainspoken.kernel import clock, crypto, ledger
from plainspoken.kernel.ids import uuid7

TOKEN_BYTES = 16


def make(purpose: str, customer: Customer, subject: Model, *, expires_at: datetime) -> Link:
    """A new link. Call inside an action."""
    key = uuid7()
    return Link.objects.create(
        id=key,
        token_hash=_hash(_token(key)),
        purpose=purpose,
        customer=customer,
        subject_type=ledger.code_of(subject),
        subject_id=subject.pk,
        made_at=clock.now(),
        expires_at=expires_at,
    )


def address(link: Link) -> str:
    """The address to put into a message. It is never stored: it is made again from our key."""
    return settings.PUBLIC_URL + reverse(f"portal.{link.purpose}", args=[_token(link.pk)])


def find(token: str, purpose: str) -> Link | None:
    """The link of that token and purpose, also when it has been used or has expired."""
    return Link.objects.select_related("customer").filter(token_hash=_hash(token), purpose=purpose).first()


def expired(link: Link) -> bool:
    return link.expires_at <= clock.now()


def _token(key: UUID) -> str:
    return crypto.mac(b"customers.link" + key.bytes)[-TOKEN_BYTES:].hex()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
