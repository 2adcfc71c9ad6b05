"""Signing in and out, and ending sessions, recorded; the row itself is the session store's."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.errors import Refused
from plainspoken.organization import sessions as store
from plainspoken.organization.models import Firm, Person, Session

DOOR = system("organization.door", "organization.session.fail")


@action("organization.session.sign_in", _("Sign in"), creates=True)
def sign_in(person: Person, *, by: Actor, address: str) -> None:
    """The person showed the right password, and a code where one is due. Sessions that are over are cleared away."""
    _check_oneself(person, by)
    store.over().delete()


@action("organization.session.sign_out", _("Sign out"), creates=True)
def sign_out(person: Person, *, by: Actor) -> None:
    """The person ended the session."""
    _check_oneself(person, by)


@action("organization.session.end", _("Sign out a session elsewhere"), creates=True, unrecorded=["session"])
def end(person: Person, *, by: Actor, session: str) -> None:
    """The person ends another session of theirs, named by its handle; one that is over already is let be."""
    _check_oneself(person, by)
    keys = [one.session_key for one in store.of(person) if store.handle(one.session_key) == session]
    Session.objects.filter(session_key__in=keys).delete()


@action("organization.session.end_others", _("Sign out everywhere else"), creates=True, unrecorded=["kept"])
def end_others(person: Person, *, by: Actor, kept: str) -> None:
    """The person ends all sessions of theirs but the one of that key."""
    _check_oneself(person, by)
    end_all(person, kept=kept)


@action("organization.session.fail", _("Fail to sign in"), creates=True)
def fail(whose: Person | Firm, *, by: Actor, username: str, address: str, wait: int) -> None:
    """Somebody tried and failed; of a username that is nobody's the firm is told.

    Refused when the attempt was not even looked at and must wait so many minutes, so that a flood of them is
    counted and not written out.
    """
    if wait:
        raise Refused("too_many_attempts", too_many(wait), username=username, address=address)


def too_many(minutes: int) -> str:
    """What somebody reads who tried too often."""
    words = ngettext_lazy(
        "Too many wrong attempts from here. Try again in %(minutes)d minute, or ask your administrator.",
        "Too many wrong attempts from here. Try again in %(minutes)d minutes, or ask your administrator.",
        "minutes",
    )
    return str(words % {"minutes": minutes})


def end_all(person: Person, *, kept: str = "") -> None:
    """End the sessions of a person but the one of the key `kept`. Call inside an action."""
    ended, _by_model = Session.objects.filter(person=person).exclude(session_key=kept).delete()
    record(sessions_ended=ended)


def _check_oneself(person: Person, by: Actor) -> None:
    if person.pk != by.id:
        raise Refused("not_yourself", _("Everybody signs in and out for themselves."))
