"""Bring the tables of the database up to date; with --demo, fill an empty one with the demo firm.

Standard output is what the demo tells its visitor; `run` shows it when the pages are up.
"""

import argparse
import os

from plainspoken.config import installation, processes

STOPPED = 130


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="apply the demo firm to an empty database")
    parser.add_argument("--to-serve", action="store_true", help="then do what `check` does")


def run(options: argparse.Namespace) -> int:
    if options.demo:
        os.environ["PLAINSPOKEN_DEMO"] = "1"
    with processes.until_told_to_stop(), installation.opened():
        _bring_up_to_date()
        if options.demo:
            from plainspoken import demo

            demo.apply()
            print(demo.welcome())
        if options.to_serve:
            from plainspoken.config import founding

            founding.settle()
        return 0
    return STOPPED


def _bring_up_to_date() -> None:
    """Tables, and the roles this release ships. A database that may not be served so is left as it is."""
    from django.core.management import call_command

    from plainspoken.config import readiness
    from plainspoken.kernel.actor import system
    from plainspoken.organization import roles

    readiness.check_database()
    readiness.check_kind()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if readiness.founded():
        roles.put_shipped(by=system("organization.release", "organization.role.put"))
