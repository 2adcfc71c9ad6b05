"""The proof that an entry stands in the ledger, checked by people who have neither this system nor its keys.

A proof is a document of JSON values (`proving.of` makes it). It holds the entry's canonical bytes without its
openings: free texts and personal values stay commitments. This module needs no database and no settings.
"""

import json
from base64 import b64decode
from datetime import datetime
from typing import Any

from plainspoken.kernel import crypto, merkle
from plainspoken.kernel.merkle import BadProof

FORMAT = "plainspoken entry proof 1"


def checkpoint_bytes(size: int, root: bytes, at: datetime) -> bytes:
    """What a checkpoint's signature covers."""
    return f"plainspoken checkpoint v1\n{size}\n{root.hex()}\n{at.isoformat()}\n".encode()


def check(document: dict[str, Any]) -> None:
    """Whether the document proves what it says, from itself alone. Raises BadProof.

    Whose public key it is must be asked of the firm: a forger would sign with another.
    """
    try:
        _check(document)
    except (KeyError, TypeError, ValueError) as error:
        raise BadProof("it is not a proof of ours, or parts of it are missing") from error


def _check(document: dict[str, Any]) -> None:
    if document["format"] != FORMAT:
        raise BadProof("it is written in another format")
    body, said = b64decode(document["body"], validate=True), document["checkpoint"]
    leaf, root = bytes.fromhex(document["leaf"]), bytes.fromhex(said["root"])
    if merkle.leaf_hash(body) != leaf or json.loads(body)["id"] != document["entry"]:
        raise BadProof("the entry is not the one that was sealed")
    steps = [bytes.fromhex(step) for step in document["inclusion"]]
    merkle.verify_inclusion(document["index"], said["size"], leaf, steps, root)
    signed = checkpoint_bytes(said["size"], root, datetime.fromisoformat(said["at"]))
    public, signature = b64decode(said["public_key"]), b64decode(said["signature"])
    if not crypto.verify(signed, signature, public, said["algorithm"]):
        raise BadProof("the checkpoint was not signed with the public key it names")
