"""Take in mail from files: .eml, mbox, Maildir and folders of them; one JSON line a message.

The same intake as for mail by SMTP, done in this process: it returns when every message has its final status,
whether a worker runs or not. Exit code 1 when a file could not be read.
"""

import argparse
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import cast

from plainspoken.config import installation
from plainspoken.config.errors import CannotStart


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--mailbox", default="", help="the mailbox for mail that names none of ours")


def run(options: argparse.Namespace) -> int:
    out = cast(TextIOWrapper, sys.stdout)
    # A lone surrogate (of a file name that is no UTF-8) is written as JSON writes it.
    out.reconfigure(encoding="utf-8", errors="backslashreplace")
    with installation.opened():
        from plainspoken.cases import ingest
        from plainspoken.kernel import blobs

        try:
            unread = ingest.ingest(options.paths, options.mailbox, out)
        except (ingest.NoMailbox, blobs.DiskFull) as error:
            raise CannotStart(str(error)) from error
    for problem in unread:
        print(f"plainspoken: {problem}", file=sys.stderr)
    return 1 if unread else 0
