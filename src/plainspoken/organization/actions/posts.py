"""Roles, posts, and who holds them from when to when."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.ledger import Code
from plainspoken.organization import permissions as known
from plainspoken.organization import queries
from plainspoken.organization.actions import lockout, rows, sessions
from plainspoken.organization.models import Appointment, Firm, Person, Post, Role, Unit


@action("organization.role.put", _("Set up a role"), duties=["5.4.3a"], unrecorded=["permissions", "shown"])
def put_role(
    firm: Firm,
    *,
    by: Actor,
    code: str,
    name_zh: str,
    name_en: str,
    permissions: Sequence[str],
    sees_all: bool = False,
    shipped: bool = False,
    shown: str | None = None,
) -> Role:
    """Make the role of that code, or change what it allows. Those of a shipped one are held by a test."""
    if not shipped and (unknown := known.unknown(permissions)):
        raise Refused(
            "permission_unknown",
            _("No action has this name: %(names)s") % {"names": ", ".join(unknown)},
            permissions=unknown,
        )
    record(permissions=[Code(permission) for permission in sorted(permissions)])
    values = {
        "name_zh": name_zh,
        "name_en": name_en,
        "permissions": sorted(permissions),
        "sees_all": sees_all,
        "shipped": shipped,
    }
    with lockout.guarded():
        return rows.put(Role, values, shown=shown, code=code)


@action("organization.post.put", _("Set up a post"), duties=["5.4.3a"], unrecorded=["shown"])
def put_post(
    unit: Unit,
    *,
    by: Actor,
    code: str,
    name_zh: str,
    name_en: str,
    roles: Sequence[Role],
    head: bool = False,
    shown: str | None = None,
) -> Post:
    """Make the post of that code in the unit, or change it. A unit has one head."""
    if head and Post.objects.filter(unit=unit, head=True).exclude(code=code).exists():
        raise Refused("head_exists", _("This unit has a head already."))
    values = {"unit": unit, "name_zh": name_zh, "name_en": name_en, "head": head}
    with lockout.guarded():
        post = rows.put(Post, values, shown=shown, code=code)
        post.roles.set(roles)
    return post


@action("organization.post.remove", _("Remove a post"), duties=["5.4.3a"])
def remove_post(post: Post, *, by: Actor) -> None:
    """Take away a post that nobody ever held."""
    record(code=Code(post.code))
    rows.remove(post)


@action("organization.appointment.put", _("Appoint to a post"), duties=["5.4.3a"])
def appoint(
    post: Post, *, by: Actor, person: Person, from_day: date, to_day: date | None = None
) -> Appointment:
    """The person holds the post from a day to a day, both included; without a last, until further notice."""
    if to_day and to_day < from_day:
        raise Refused("ends_before_it_begins", _("The last day lies before the first."))
    try:
        with transaction.atomic():
            appointment = Appointment.objects.create(
                id=uuid7(), person=person, post=post, from_day=from_day, to_day=to_day
            )
    except IntegrityError:
        raise Refused("appointed_already", _("This person holds the post in those days already.")) from None
    record(appointment=appointment)
    return appointment


@action("organization.appointment.end", _("End an appointment"), duties=["5.4.3a"])
def end_appointment(appointment: Appointment, *, by: Actor, to_day: date) -> Appointment:
    """The last day on which the person holds the post. Who has lost it by that is signed out."""
    if to_day < appointment.from_day:
        raise Refused("ends_before_it_begins", _("The last day lies before the first."))
    if appointment.to_day and appointment.to_day < to_day:
        raise Refused("ended_already", _("This appointment ends earlier already: appoint the person again."))
    with lockout.guarded(to_day + timedelta(days=1)):
        appointment.to_day = to_day
        appointment.save(update_fields=["to_day"])
    if to_day < queries.today_of(appointment.person):
        sessions.end_all(appointment.person)
    return appointment
