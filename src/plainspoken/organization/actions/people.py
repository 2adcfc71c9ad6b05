"""People and their passwords. Passwords stand in no entry."""

import re

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.action import action
from plainspoken.kernel.actor import Actor, Kind
from plainspoken.kernel.errors import Refused
from plainspoken.organization.actions import lockout, rows, sessions
from plainspoken.organization.models import Firm, Person

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


@action("organization.person.put", _("Set up a person"), unrecorded=["shown"])
def put_person(
    firm: Firm,
    *,
    by: Actor,
    username: str,
    name_zh: str,
    name_en: str,
    staff_number: str = "",
    email: str = "",
    language: Person.Language = Person.Language.CHINESE,
    may_sign_in: bool = True,
    shown: str | None = None,
) -> Person:
    """Make the person of that username, or change what is known of them. A new person has no password.

    Who may no longer sign in is signed out.
    """
    if not USERNAME.fullmatch(username):
        raise Refused(
            "username_unfit", _("A username has small letters, digits, dots, dashes and underscores.")
        )
    values = {
        "name_zh": name_zh,
        "name_en": name_en,
        "staff_number": staff_number,
        "email": email,
        "language": language,
        "may_sign_in": may_sign_in,
    }
    with lockout.guarded():
        person = rows.put(Person, values, shown=shown, username=username)
    if not may_sign_in:
        sessions.end_all(person)
    return person


@action("organization.person.set_password", _("Give a person a password"), unrecorded=["password"])
def set_password(person: Person, *, by: Actor, password: str) -> None:
    """Somebody is given a password, and signed out; one that a colleague gave is replaced before anything else."""
    _set(person, password, given=by.kind is Kind.STAFF)
    sessions.end_all(person)


@action("organization.person.sign_out", _("Sign a person out everywhere"))
def sign_out(person: Person, *, by: Actor) -> None:
    """An administrator ends all sessions of somebody, who may sign in again."""
    sessions.end_all(person)


@action("organization.person.change_password", _("Change one's password"), unrecorded=["password", "kept"])
def change_password(person: Person, *, by: Actor, password: str, kept: str = "") -> None:
    """Somebody takes another password of their own; sessions but that of the key `kept` are signed out."""
    if by.id != person.pk:
        raise Refused("not_your_password", _("Only an administrator may set another person's password."))
    if person.password_given and person.check_password(password):
        raise Refused("password_given", _("Take another one than that which you were given."))
    _set(person, password, given=False)
    sessions.end_all(person, kept=kept)


@action("organization.person.set_keys", _("Switch one's keyboard shortcuts on or off"))
def set_keys(person: Person, *, by: Actor, on: bool) -> None:
    """Somebody decides whether single keys do things on their own screens."""
    if by.id != person.pk:
        raise Refused("not_your_keys", _("Everybody switches the shortcuts on or off for themselves."))
    person.keys = on
    person.save(update_fields=["keys"])


def _set(person: Person, password: str, *, given: bool) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused("password_weak", " ".join(error.messages)) from None
    person.set_password(password)
    person.password_given = given
    person.save(update_fields=["password", "password_given"])
