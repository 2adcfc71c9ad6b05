"""Write the ledger into one file that anybody can check without this program; texts stay here unless told."""

import argparse
import sys
from datetime import date
from pathlib import Path

from plainspoken.config import installation
from plainspoken.config.errors import CannotStart

REFUSED = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a new zip file")
    parser.add_argument(
        "--from", dest="since", type=_day, metavar="DAY", help="only entries from this day on"
    )
    parser.add_argument("--to", dest="until", type=_day, metavar="DAY", help="only entries up to this day")
    parser.add_argument(
        "--with-openings",
        action="store_true",
        help="with texts and personal values: the file is then as secret as they are",
    )


def run(options: argparse.Namespace) -> int:
    if options.file.exists():
        raise CannotStart(f"{options.file} is there already. Name a new one.")
    with installation.opened():
        from django.utils import translation

        from plainspoken.kernel.crypto import CannotOpen
        from plainspoken.kernel.errors import Refused

        with translation.override("en"):
            try:
                print(_written(options))
            except Refused as refused:
                print(f"plainspoken: {refused.message}", file=sys.stderr)
                return REFUSED
            except (OSError, CannotOpen) as error:
                raise CannotStart(f"{options.file} was not written: {error}") from error
    return 0


def _written(options: argparse.Namespace) -> str:
    from plainspoken.desk import actions
    from plainspoken.kernel import exporting
    from plainspoken.organization.models import Firm

    scope = actions.export(
        Firm.objects.get(),
        by=actions.EXPORTER,
        since=options.since,
        until=options.until,
        openings=options.with_openings,
    )
    count = exporting.write(scope, options.file)
    within = f"entries {scope.first:,} to {scope.last:,} ({count:,})"
    texts = "with" if scope.openings else "without"
    return (
        f"{options.file} holds {within}, {texts} texts and personal values, proved by the checkpoint of"
        f" {scope.end.size:,} entries. To check it: the verify_ledger.py in it, or from a place you trust more."
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day such as 2026-03-31") from None
