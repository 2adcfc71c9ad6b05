"""Signing in and out, recorded; the session itself is the library's."""

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.action import action
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.errors import Refused
from plainspoken.organization.models import Firm, Person

DOOR = system("organization.door", "organization.session.fail")


@action("organization.session.sign_in", _("Sign in"), creates=True)
def sign_in(person: Person, *, by: Actor, address: str) -> None:
    """The person showed the right password."""
    _check_oneself(person, by)


@action("organization.session.sign_out", _("Sign out"), creates=True)
def sign_out(person: Person, *, by: Actor) -> None:
    """The person ended the session."""
    _check_oneself(person, by)


@action("organization.session.fail", _("Fail to sign in"), creates=True)
def fail(whose: Person | Firm, *, by: Actor, username: str, address: str, throttled: bool) -> None:
    """Somebody tried and failed; of a username that is nobody's the firm is told.

    Refused when the attempt was not even looked at, so that a flood of them is counted and not written out.
    """
    if throttled:
        raise Refused(
            "too_many_attempts",
            _("Too many wrong attempts from here. Wait ten minutes, or ask your administrator."),
            username=username,
            address=address,
        )


def _check_oneself(person: Person, by: Actor) -> None:
    if person.pk != by.id:
        raise Refused("not_yourself", _("Everybody signs in and out for themselves."))
