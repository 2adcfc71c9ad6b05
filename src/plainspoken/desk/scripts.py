"""Scripts filled for a conversation and the person who writes."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import formats, translation

from plainspoken.cases.models import Case
from plainspoken.content import queries as content
from plainspoken.content import variables
from plainspoken.content.models import Script
from plainspoken.conversations.models import Conversation
from plainspoken.desk import words
from plainspoken.kernel import clock
from plainspoken.kernel.actor import Actor
from plainspoken.organization import queries as organization
from plainspoken.organization.models import Person

SAID_BY_PEOPLE = (Script.Scene.INQUIRY, Script.Scene.PRODUCT, Script.Scene.CLOSING, Script.Scene.TOLD_TIME)
SCRIPTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Filled:
    """A script with what is known put in; `left` are the variables a person has to fill."""

    script: Script
    text: str
    left: list[str]

    @property
    def scene(self) -> str:
        return str(Script.Scene(self.script.scene).label)


def usable(conversation: Conversation, case: Case | None, by: Actor, looked_for: str = "") -> list[Filled]:
    """What the person may say here, by scene; each word looked for must stand in title or text."""
    rows = content.usable(by.units).filter(scene__in=SAID_BY_PEOPLE)
    for word in looked_for.split():
        rows = rows.filter(
            Q(title_zh__icontains=word)
            | Q(title_en__icontains=word)
            | Q(text_zh__icontains=word)
            | Q(text_en__icontains=word)
            | Q(code__icontains=word)
        )
    values = known(conversation, case, by)
    return [fill(row, conversation.spoken, values) for row in rows[:SCRIPTS_MAX]]


def fill(script: Script, spoken: str, values: dict[str, str]) -> Filled:
    text = variables.fill(content.text_of(script, spoken), values)
    return Filled(script, text, variables.names(text))


def for_scene(scene: Script.Scene, conversation: Conversation, case: Case, by: Actor) -> str:
    """The firm's first script of a scene, filled as far as is known; empty when there is none."""
    script = content.usable(by.units).filter(scene=scene).first()
    return fill(script, conversation.spoken, known(conversation, case, by)).text if script else ""


def known(conversation: Conversation, case: Case | None, by: Actor) -> dict[str, str]:
    """The values of variables: customer, number, agent, date, each in the language of the conversation."""
    person, day = Person.objects.get(pk=by.id), organization.local_day(conversation.mailbox.unit, clock.now())
    with translation.override(conversation.spoken):
        values = {"agent": words.name(person), "date": formats.date_format(day, "DATE_FORMAT")}
    name = conversation.customer.name
    values |= {"customer": name} if "@" not in name else {}
    return values | ({"number": case.number} if case else {})
