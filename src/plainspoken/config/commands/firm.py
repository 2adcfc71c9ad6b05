"""Apply a firm file: units, posts, people, mailboxes. Applying it again changes nothing."""

import argparse
import sys
from pathlib import Path

from plainspoken.config import installation


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    apply = verbs.add_parser("apply", help="put what the file says into the database, all of it or nothing")
    apply.add_argument("file", type=Path, metavar="FILE", help="a TOML file such as firm.toml")


def run(options: argparse.Namespace) -> int:
    with installation.opened():
        from plainspoken.organization import firmfile

        try:
            print(firmfile.apply(options.file, by=firmfile.actor()))
        except firmfile.FirmFileRefused as refused:
            print(f"{options.file} was not applied:\n{refused}", file=sys.stderr)
            return 1
        except (OSError, UnicodeDecodeError) as error:
            print(f"plainspoken: {options.file} cannot be read: {error}", file=sys.stderr)
            return 1
    return 0
