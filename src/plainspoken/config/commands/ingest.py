"""Take in mail from files: .eml, mbox, Maildir and folders of them; one JSON line a message.

The same intake as for mail by SMTP, done in this process: it returns when every message has its final status,
whether a worker runs or not. Exit code 1 when a file could not be read.
"""

import argparse
import sys
from pathlib import Path

from plainspoken.config import installation
from plainspoken.config.errors import CannotStart


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--mailbox", default="", help="the mailbox for mail that names none of ours")


def run(options: argparse.Namespace) -> int:
    with installation.opened():
        from plainspoken.cases import ingest

        try:
            unread = ingest.ingest(options.paths, options.mailbox, sys.stdout)
        except ingest.NoMailbox as error:
            raise CannotStart(str(error)) from error
    for problem in unread:
        print(f"plainspoken: {problem}", file=sys.stderr)
    return 1 if unread else 0
