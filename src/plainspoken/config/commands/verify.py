"""Say whether the ledger is what it was, or whether the proof of an entry holds.

Exit code 1: something was changed, deleted, put in or reordered, and the first bad row is named.
"""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plainspoken.config import installation
from plainspoken.config.errors import CannotStart

if TYPE_CHECKING:
    from plainspoken.kernel.verify import Report

GOOD, BAD = 0, 1


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "proofs",
        nargs="*",
        type=Path,
        metavar="PROOF",
        help="check these proofs of entries, without a database; without any, check the whole ledger",
    )
    parser.add_argument(
        "--checkpoints",
        type=Path,
        metavar="FOLDER",
        help="compare the ledger with checkpoints that were kept outside: an end cut off or a past signed anew is seen",
    )


def run(options: argparse.Namespace) -> int:
    if options.proofs:
        return max(_proof(path) for path in options.proofs)
    if options.checkpoints and not options.checkpoints.is_dir():
        raise CannotStart(f"{options.checkpoints} is no folder.")
    with installation.opened():
        from django.utils import translation

        from plainspoken.kernel import verify

        with translation.override("en"):
            verdict = _ledger(verify.verify())
            return verdict or (_outside(options.checkpoints) if options.checkpoints else GOOD)


def _ledger(report: "Report") -> int:
    sealed = f"{_many(report.sealed, 'entry', 'entries')} sealed"
    checkpoints = _many(report.checkpoints, "checkpoint", "checkpoints")
    if report.trouble is None:
        print(f"The ledger is what it was: {sealed}, {checkpoints}, {report.unsealed:,} not yet sealed.")
        return GOOD
    print("The ledger is NOT what it was.")
    print(f"First bad row: {report.trouble.row}: {report.trouble.words} [{report.trouble.what}].")
    print(f"Before it: {sealed} and unchanged, {checkpoints}.")
    return BAD


def _outside(folder: Path) -> int:
    from plainspoken.kernel import outside

    found = outside.compare(folder)
    agreed = _many(found.agreed, "checkpoint", "checkpoints")
    if found.trouble:
        print(f"Checkpoints kept outside do NOT agree: {found.trouble}.")
        print(f"Before it: {agreed} agree, up to entry {found.size:,}.")
        return BAD
    if not found.agreed:
        print(f"{folder} holds no checkpoint: nothing was compared.")
        return BAD
    print(f"Kept outside: {agreed} in {folder} agree, up to entry {found.size:,}.")
    return GOOD


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


def _proof(path: Path) -> int:
    from plainspoken.kernel import merkle, proofs

    try:
        document: dict[str, Any] = json.loads(path.read_text())
        proofs.check(document)
    except (OSError, ValueError, merkle.BadProof) as error:
        print(f"{path}: does NOT hold: {error}.")
        return BAD
    said = document["checkpoint"]
    print(
        f"{path}: entry {document['entry']} is number {document['index'] + 1:,} of {said['size']:,}, signed"
        f" at {said['at']} with the key {said['key']} ({said['public_key']})."
        " Ask the firm whether this key is theirs."
    )
    return GOOD
