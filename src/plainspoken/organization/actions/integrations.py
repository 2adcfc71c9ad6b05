"""Programs that act through the API: made with a token, used within their allowance, ended."""

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from plainspoken.kernel import clock
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import integrations, queries
from plainspoken.organization.models import Integration, Person, Role, Unit

LASTS_DAYS_MAX = 366
REQUESTS_A_MINUTE_MAX = 6_000
MINUTE = timedelta(minutes=1)


@action("organization.integration.make", _("Connect a program"), creates=True, duties=["5.4.3a"])
def make(
    unit: Unit,
    *,
    by: Actor,
    name: str,
    role: Role,
    person: Person,
    last_day: date,
    requests_a_minute: int,
) -> tuple[Integration, str]:
    """A program that sees the rows of the unit, and its token, which is told this once and never again."""
    if Integration.objects.filter(name=name, ended_at__isnull=True).exists():
        raise Refused(
            "program_name_taken", _("There is a program of this name. Choose another, or end that one.")
        )
    if not queries.held(queries.today(unit)).filter(person=person).exists():
        raise Refused(
            "responsible_without_post", _("Only somebody who holds a post can answer for a program.")
        )
    if not 1 <= requests_a_minute <= REQUESTS_A_MINUTE_MAX:
        raise Refused("allowance_unfit", _("Allow between 1 and 6,000 requests a minute."))
    key, now = uuid7(), clock.now()
    token = integrations.new_token()
    made = Integration.objects.create(
        id=key,
        name=name,
        token_hash=integrations.digest(token),
        role=role,
        unit=unit,
        person=person,
        requests_a_minute=requests_a_minute,
        made_at=now,
        expires_at=_end_of(last_day, unit),
        free_at=now,
    )
    record(integration=made)
    return made, token


@action("organization.integration.end", _("Disconnect a program"), duties=["5.4.3a"])
def end(integration: Integration, *, by: Actor) -> None:
    """Its token opens nothing from now on. What it did stays under its name."""
    if integration.ended_at:
        raise Refused("program_ended", _("This program has been disconnected already."))
    integration.ended_at = clock.now()
    integration.save(update_fields=["ended_at"])


@action("organization.integration.use", _("Ask through the API"), passing=True)
def use(integration: Integration, *, by: Actor) -> None:
    """One request of its allowance, which fills again evenly over a minute."""
    now = clock.now()
    gap = MINUTE / integration.requests_a_minute
    wait = max(integration.free_at, now) + gap - MINUTE - now
    if wait > timedelta(0):
        seconds = int(wait.total_seconds()) + 1
        words = ngettext(
            "Too many requests. Ask again in %(seconds)s second.",
            "Too many requests. Ask again in %(seconds)s seconds.",
            seconds,
        )
        raise Refused("too_many_requests", words % {"seconds": seconds}, seconds=seconds)
    integration.free_at, integration.last_used_at = max(integration.free_at, now) + gap, now
    integration.save(update_fields=["free_at", "last_used_at"])


def _end_of(day: date, unit: Unit) -> datetime:
    """The end of the day on the unit's wall. Refused where that has passed, or lies too far ahead."""
    today = queries.today(unit)
    if not today <= day <= today + timedelta(days=LASTS_DAYS_MAX):
        raise Refused("program_lasts_unfit", _("Choose a day from today to a year from now."))
    return datetime.combine(day + timedelta(days=1), time(), queries.time_zone(unit))
