"""The first start: a firm file and the password of the first administrator, both or nothing."""

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from plainspoken.config import console, readiness
from plainspoken.config.errors import CannotStart
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import Refused
from plainspoken.organization import firmfile, queries
from plainspoken.organization.actions import people as actions
from plainspoken.organization.models import Firm, Person

CONSOLE = system(
    "organization.console", "organization.person.set_password", "organization.second_factor.take_away"
)


class _Unfit(Exception):
    """What is wrong with the file; nothing of it is kept."""


def settle() -> None:
    """Everything a start needs holds; a firm that is missing is asked for when somebody is at the terminal.

    Raises CannotStart.
    """
    try:
        readiness.check()
    except readiness.NoFirm:
        if settings.DEMO or not console.at_terminal():
            raise
        ask()
        readiness.check()


def ask() -> None:
    """Ask until a firm file is applied and its first administrator has a password. Raises CannotStart."""
    with translation.override(console.language()):
        console.say(_("There is no firm in this database yet. Two answers found it."))
        try:
            while not _attempt():
                pass
        except EOFError as error:
            raise CannotStart("No firm was founded, and nothing was kept.") from error


def _attempt() -> bool:
    """One firm file; False when something is wrong with it, which was said.

    The transaction stays open between the questions: in an empty database nobody else is at work.
    """
    file = Path(console.ask(_("Firm file, such as docs/firm.example.toml:"))).expanduser()
    try:
        with transaction.atomic():
            _apply(file)
            person = _first_administrator()
            _give_password(person)
    except _Unfit as unfit:
        console.say(_("%(file)s was not applied:") % {"file": file} + f"\n{unfit}")
        return False
    facts = {"firm": Firm.objects.get().name, "username": person.username}
    console.say(_("%(firm)s is founded. %(username)s can sign in.") % facts)
    return True


def _apply(file: Path) -> None:
    try:
        firmfile.apply(file, by=firmfile.actor())
    except firmfile.FirmFileRefused as refused:
        raise _Unfit(str(refused)) from refused
    except (OSError, UnicodeDecodeError) as error:
        raise _Unfit(_("It cannot be read: %(why)s") % {"why": error}) from error
    if not readiness.founded():
        raise _Unfit(_("It names no firm, or no legal entity: both [firm] and [[units]] are needed."))
    if Firm.objects.get().demo:
        raise _Unfit(_("It is the file of a demo firm: a real one has no demo = true."))


def _first_administrator() -> Person:
    """The one whom the file makes an administrator today; of several, the one who is chosen."""
    today = queries.today(queries.root())
    posts = queries.held(today).filter(post__roles__code=queries.ADMINISTRATOR)
    people = Person.objects.filter(pk__in=posts.values("person"), may_sign_in=True).order_by("username")
    found = {person.username: person for person in people}
    if not found:
        raise _Unfit(_("Nobody in it holds a post with the role administrator today and may sign in."))
    for person in found.values():
        console.say(f"  {person.username}  {person.name}")
    username = next(iter(found)) if len(found) == 1 else ""
    while username not in found:
        username = console.ask(_("Username of the first administrator:"))
    return found[username]


def _give_password(person: Person) -> None:
    while True:
        try:
            actions.set_password(person, by=CONSOLE, password=console.new_password(person.username))
        except Refused as refused:
            console.say(str(refused.message))
        else:
            return
