"""Back everything up into a new folder but the keys; --secrets FILE copies those, to be kept elsewhere."""

import argparse
from pathlib import Path

from plainspoken.config import backup, environment, installation


def arguments(parser: argparse.ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="a new folder")
    chosen.add_argument(
        "--secrets", type=Path, metavar="FILE", help="copy the passwords and keys into a new file"
    )


def run(options: argparse.Namespace) -> int:
    if options.secrets:
        backup.copy_secrets(options.secrets)
        print(f"{options.secrets} holds every key and password: with it and a backup everything can be read.")
        return 0
    with installation.database():
        page = backup.write(options.folder)
    print(
        f"{options.folder} holds the database and {page.files:,} files. It does not hold the keys "
        f"(plainspoken backup --secrets FILE); without those of {environment.home()} nobody can read it."
    )
    return 0
