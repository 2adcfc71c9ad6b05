"""The second factor: an authenticator app beside the password. Neither secrets nor codes stand in an entry."""

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import clock
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import actors, totp
from plainspoken.organization.actions import sessions
from plainspoken.organization.models import Person, RecoveryCode, Role, SecondFactor

WRONG = _("This code is wrong, or was used already: wait for the next one.")


@action(
    "organization.second_factor.set_up",
    _("Set up one's second factor"),
    unrecorded=["secret", "code", "kept"],
)
def set_up(person: Person, *, by: Actor, secret: str, code: str, kept: str = "") -> list[str]:
    """From now on a code of the app is asked for at each sign-in. Other sessions are signed out.

    Returns the recovery codes, which are shown once. `kept` is the key of the session that stays.
    """
    _check_oneself(person, by)
    if SecondFactor.objects.filter(person=person).exists():
        raise Refused("second_factor_stands", _("You have a second factor already: turn it off first."))
    now = clock.now()
    step = totp.step_of(secret, totp.plain(code), now)
    if step is None:
        raise Refused("code_wrong", _("This code is not the one your app shows now. Is its clock right?"))
    SecondFactor.objects.create(id=uuid7(), person=person, secret=secret, last_step=step, since=now)
    sessions.end_all(person, kept=kept)
    return _give_recovery_codes(person)


@action("organization.second_factor.use", _("Confirm a sign-in with a code"), unrecorded=["code"])
def use(person: Person, *, by: Actor, code: str) -> None:
    """A code of the app, or a recovery code in its place; each is taken once."""
    _check_oneself(person, by)
    given = totp.plain(code)
    if len(given) == totp.DIGITS:
        _use_step(person, given)
    else:
        _use_recovery_code(person, given)


@action("organization.second_factor.turn_off", _("Turn off one's second factor"), unrecorded=["code", "kept"])
def turn_off(person: Person, *, by: Actor, code: str, kept: str = "") -> None:
    """From now on the password alone is asked for. Refused where a role demands more."""
    _check_oneself(person, by)
    if actors.second_factor_demanded(person):
        raise Refused(
            "second_factor_demanded", _("A role of yours demands the second factor: it cannot be turned off.")
        )
    use(person, by=by, code=code)
    _remove(person, kept=kept)


@action("organization.second_factor.renew_codes", _("Take new recovery codes"), unrecorded=["code"])
def renew_codes(person: Person, *, by: Actor, code: str) -> list[str]:
    """The old ones are worth nothing from now on. Returns the new ones, which are shown once."""
    use(person, by=by, code=code)
    RecoveryCode.objects.filter(person=person).delete()
    return _give_recovery_codes(person)


@action("organization.second_factor.take_away", _("Take away a lost second factor"))
def take_away(person: Person, *, by: Actor) -> None:
    """Somebody lost the app: the password alone is asked for, or a new app is set up where a role demands one.

    Whoever is signed in as the person is signed out. Nobody takes away their own without a code.
    """
    if by.id == person.pk:
        raise Refused("your_own_factor", _("Turn off your own second factor on your account's page."))
    if not SecondFactor.objects.filter(person=person).exists():
        raise Refused("no_second_factor", _("This person has no second factor."))
    _remove(person)


@action("organization.role.demand_second_factor", _("Demand a second factor of a role"))
def demand(role: Role, *, by: Actor, demanded: bool) -> None:
    """Whether who has the role must sign in with a second factor. Who has none sets it up before anything else."""
    role.second_factor = demanded
    role.save(update_fields=["second_factor"])


def _use_step(person: Person, given: str) -> None:
    """The person is locked, so that of two at once with one code the second finds it used."""
    factor = SecondFactor.objects.filter(person=person).first()
    if factor is None:
        raise Refused("no_second_factor", _("There is no second factor any more: sign in anew."))
    step = totp.step_of(factor.secret, given, clock.now(), after=factor.last_step)
    if step is None:
        raise Refused("code_wrong", WRONG)
    factor.last_step = step
    factor.save(update_fields=["last_step"])


def _use_recovery_code(person: Person, given: str) -> None:
    used, _by_model = RecoveryCode.objects.filter(person=person, digest=totp.digest(given)).delete()
    if not used:
        raise Refused("code_wrong", WRONG)
    record(recovery_codes_left=person.recovery_codes.count())


def _give_recovery_codes(person: Person) -> list[str]:
    codes = [totp.new_recovery_code() for _number in range(totp.RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(id=uuid7(), person=person, digest=totp.digest(code)) for code in codes
    )
    return codes


def _remove(person: Person, kept: str = "") -> None:
    RecoveryCode.objects.filter(person=person).delete()
    SecondFactor.objects.filter(person=person).delete()
    sessions.end_all(person, kept=kept)


def _check_oneself(person: Person, by: Actor) -> None:
    if by.id != person.pk:
        raise Refused("not_your_factor", _("Everybody has a second factor of their own."))
