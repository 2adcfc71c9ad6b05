"""Apply a firm file, give a password, take away a lost second factor: what an administrator does without the pages."""

import argparse
import sys
from pathlib import Path

from plainspoken.config import installation


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    apply = verbs.add_parser("apply", help="put what the file says into the database, all of it or nothing")
    apply.add_argument("file", type=Path, metavar="FILE", help="a TOML file such as firm.toml")
    apply.set_defaults(verb=_apply)
    password = verbs.add_parser("password", help="set a password; it is read from standard input")
    password.add_argument("username", metavar="USERNAME")
    password.set_defaults(verb=_password)
    factor = verbs.add_parser("second-factor", help="take away a lost second factor")
    factor.add_argument("username", metavar="USERNAME")
    factor.set_defaults(verb=_second_factor)


def run(options: argparse.Namespace) -> int:
    with installation.opened():
        exit_code: int = options.verb(options)
    return exit_code


def _apply(options: argparse.Namespace) -> int:
    from plainspoken.organization import firmfile

    try:
        print(firmfile.apply(options.file, by=firmfile.actor()))
    except firmfile.FirmFileRefused as refused:
        print(f"{options.file} was not applied:\n{refused}", file=sys.stderr)
        return 1
    except (OSError, UnicodeDecodeError) as error:
        return _refused(f"{options.file} cannot be read: {error}")
    return 0


def _password(options: argparse.Namespace) -> int:
    from django.utils import translation

    from plainspoken.config import console, founding
    from plainspoken.kernel.errors import Refused
    from plainspoken.organization.actions import people
    from plainspoken.organization.models import Person

    person = Person.objects.filter(username=options.username).first()
    if person is None:
        return _refused(f"nobody has the username {options.username}")
    with translation.override(console.language()):
        try:
            people.set_password(person, by=founding.CONSOLE, password=console.password(person.username))
        except Refused as refused:
            return _refused(str(refused.message))
        except EOFError:
            return _refused("no password was given")
    return 0


def _second_factor(options: argparse.Namespace) -> int:
    from django.utils import translation

    from plainspoken.config import console, founding
    from plainspoken.kernel.errors import Refused
    from plainspoken.organization.actions import second_factors
    from plainspoken.organization.models import Person

    person = Person.objects.filter(username=options.username).first()
    if person is None:
        return _refused(f"nobody has the username {options.username}")
    with translation.override(console.language()):
        try:
            second_factors.take_away(person, by=founding.CONSOLE)
        except Refused as refused:
            return _refused(str(refused.message))
    return 0


def _refused(why: str) -> int:
    print(f"plainspoken: {why}", file=sys.stderr)
    return 1
