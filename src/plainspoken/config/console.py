"""Questions at the terminal, in the language of its environment; `translation.override` is the caller's."""

import getpass
import os
import sys

from django.utils.translation import gettext as _

LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def language() -> str:
    """The reader's: any Chinese locale reads as simplified Chinese, every other as English."""
    locale = next(filter(None, map(os.environ.get, LOCALE_VARIABLES)), "")
    return "zh-hans" if locale.startswith("zh") else "en"


def say(text: str) -> None:
    """On standard error, as the questions: standard output may be read by a program."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def ask(question: str) -> str:
    """One line, without the space around it. Raises EOFError when the person has nothing more to say."""
    sys.stderr.write(f"{question} ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()


def at_terminal() -> bool:
    """Whether somebody is there who can answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def password(username: str) -> str:
    """Asked for twice and not shown; without a terminal the first line of standard input. Raises EOFError."""
    if at_terminal():
        return new_password(username)
    line = sys.stdin.readline().rstrip("\n")
    if not line:
        raise EOFError
    return line


def new_password(username: str) -> str:
    """Asked for twice and not shown. Raises EOFError."""
    while True:
        first = getpass.getpass(_("Password for %(username)s (not shown):") % {"username": username} + " ")
        if getpass.getpass(_("The same again:") + " ") == first:
            return first
        say(_("These are two different passwords. Try again."))
