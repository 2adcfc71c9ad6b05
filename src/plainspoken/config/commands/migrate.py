"""Bring the tables of the database up to date; with --demo, fill an empty one with the demo firm.

Standard output is what the demo tells its visitor; `run` shows it when the pages are up.
"""

import argparse

from plainspoken.config import installation


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="apply the demo firm to an empty database")


def run(options: argparse.Namespace) -> int:
    with installation.opened():
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if options.demo:
            from plainspoken import demo

            demo.apply()
            print(demo.welcome())
    return 0
