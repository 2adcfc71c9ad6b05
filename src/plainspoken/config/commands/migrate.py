"""Bring the tables of the database up to date; with --demo, fill an empty one with the demo firm.

Standard output is what the demo tells its visitor; `run` shows it when the pages are up.
"""

import argparse

from plainspoken.config import installation
from plainspoken.config.errors import CannotStart

POSTGRESQL_MIN = 150_000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="apply the demo firm to an empty database")


def run(options: argparse.Namespace) -> int:
    with installation.opened():
        from django.core.management import call_command

        _check_database()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if options.demo:
            from plainspoken import demo

            demo.apply()
            print(demo.welcome())
    return 0


def _check_database() -> None:
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise CannotStart(f"The database does not answer. It says: {error}") from error
    version = connection.connection.info.server_version
    if version < POSTGRESQL_MIN:
        raise CannotStart(f"The database is PostgreSQL {version // 10_000}; Plainspoken needs 15 or later.")
