"""Restore a backup into an empty PLAINSPOKEN_HOME that holds its secrets.toml, and verify the ledger."""

import argparse
from pathlib import Path

from plainspoken.config import backup, installation
from plainspoken.config.commands import verify


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that `backup` made")


def run(options: argparse.Namespace) -> int:
    page = backup.read(options.folder)
    backup.check_home(page)
    with installation.database():
        backup.restore(options.folder)
    print(f"Restored as of {page.made_at}, from release {page.release}. The ledger is verified now.")
    return verify.run(argparse.Namespace(proofs=[], checkpoints=None))
