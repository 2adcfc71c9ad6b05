"""The time told to a customer: a first proposal, and the words with it put in."""

from datetime import datetime, time, timedelta
from typing import Any

from plainspoken.cases import letters
from plainspoken.cases.models import Case
from plainspoken.content import variables
from plainspoken.content.models import Script
from plainspoken.conversations import said
from plainspoken.desk import scripts
from plainspoken.kernel import clock, worktime
from plainspoken.kernel.actor import Actor
from plainspoken.organization import queries as organization

PROPOSED_WORKING_DAYS = 3
END_OF_DAY = time(17)


def suggested(case: Case) -> datetime:
    """Five in the afternoon of the third working day from now, where the case's legal entity is."""
    unit, zone = case.unit, organization.time_zone(case.unit)
    due = worktime.working_days(organization.calendar_of(unit), clock.now(), PROPOSED_WORKING_DAYS)
    last = (due.at - timedelta(seconds=1)).astimezone(zone).date()
    return datetime.combine(last, END_OF_DAY, zone)


def proposal(case: Case, by: Actor) -> dict[str, Any]:
    """What a hand-over begins with: the line's department, and the telling unless a told time still holds."""
    department = case.line.department_id if case.line else None
    if case.told_at and case.told_at > clock.now():
        return {"to": department}
    words = scripts.for_scene(Script.Scene.TOLD_TIME, case.conversation, case, by)
    return {"to": department, "told_at": suggested(case), "text": words}


def seen(case: Case) -> dict[str, Any]:
    """What whoever opens the dialog has seen of the conversation."""
    return {"seen": said.newest(case.conversation)}


def filled(case: Case, given: dict[str, Any]) -> dict[str, Any]:
    """What was given, with `{{until}}` in the words as the customer reads the time."""
    if given["told_at"] is None:
        return given
    return {**given, "text": variables.fill(given["text"], {"until": letters.told(case, given["told_at"])})}
