"""The proof of one entry of the ledger, for programs that keep proofs elsewhere."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from plainspoken.api import problems
from plainspoken.api.door import actor
from plainspoken.kernel import access, proving
from plainspoken.kernel.errors import PermissionDenied
from plainspoken.kernel.models import Entry

router = Router(tags=["ledger"])
READ = "ledger.read"


class Signed(Schema):
    size: int
    root: str
    at: str
    algorithm: str
    key: str
    public_key: str
    signature: str


class Proof(Schema):
    """To be checked by anybody with `plainspoken verify FILE`."""

    format: str
    hash: str
    entry: str
    body: str
    leaf: str
    index: int
    inclusion: list[str]
    checkpoint: Signed


@router.get(
    "/{uuid:entry_id}/proof/",
    response={200: Proof, **problems.told(403, 404, 409)},
    summary="Prove an entry",
    url_name="proof",
)
def proof(request: HttpRequest, entry_id: UUID) -> dict[str, Any]:
    """Texts and personal values are in it only as commitments."""
    by = actor(request)
    if not by.may(READ):
        raise PermissionDenied(READ)
    entry = get_object_or_404(Entry, pk=entry_id)
    access.journal(entry, by, purpose="api")
    return proving.of(entry)
