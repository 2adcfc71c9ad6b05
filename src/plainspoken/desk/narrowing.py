"""What the list of cases can be narrowed down by, beyond its tabs: the words of the address and what each holds."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Exists, Model, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Line, Tag, Tagging, Type
from plainspoken.desk import words
from plainspoken.desk.figures import CHANNELS
from plainspoken.desk.queries.due import OF_WORK
from plainspoken.kernel import clock
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.kernel.language import CHINESE, ENGLISH
from plainspoken.kernel.models import Deadline, Read
from plainspoken.organization.models import Person, Unit

STATES: dict[str, Text] = {name: state.label for name, state in INQUIRY.states.items() if state.open}
DUE: dict[str, Text] = {"overdue": _("Overdue"), "today": _("Due today")}
UNREAD: dict[str, Text] = {"1": _("Not read yet")}
LANGUAGES: dict[str, Text] = {CHINESE: "中文", ENGLISH: "English"}
VALUE_CHARACTERS_MAX = 60
CODE = re.compile(rf"[A-Za-z0-9._-]{{1,{VALUE_CHARACTERS_MAX}}}")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One way to narrow down. `choices` are all the values there are; `rows` names those that are rows, by `key`.

    `of_open`: it asks for something that only open cases have, so the settled ones are not asked.
    """

    label: Text
    condition: Callable[[str, Actor], Q]
    choices: Mapping[str, Text] | None = None
    rows: tuple[type[Model], str] | None = None
    of_open: bool = False

    def fits(self, value: str) -> bool:
        if self.choices is not None:
            return value in self.choices
        return bool(CODE.fullmatch(value)) if self.rows else _is_day(value)

    def words(self, value: str) -> Text:
        """What a person calls the value; a row that is no more is called by its code."""
        if self.choices is not None:
            return self.choices[value]
        if self.rows is None:
            return value
        model, key = self.rows
        found: Any = model._default_manager.filter(**{key: value}).first()
        return words.name(found) if found else value


@dataclass(frozen=True, slots=True)
class Chip:
    """One narrowing that is on, and the address of the list without it."""

    label: Text
    value: Text
    without: str


def _row(column: str, model: type[Model], key: str) -> Callable[[str, Actor], Q]:
    """By the code of a row, found once by the database: so the index of the column keeps its order."""

    def condition(value: str, by: Actor) -> Q:
        return Q(**{column: Subquery(model._default_manager.filter(**{key: value}).values("pk")[:1])})

    return condition


def _due(value: str, by: Actor) -> Q:
    """By the promises of work; the case's own moment, which no promise precedes, finds them by an index."""
    running = Deadline.objects.filter(subject_id=OuterRef("pk"), state="running", kind__in=OF_WORK)
    now = clock.now()
    if value == "overdue":
        return Q(Exists(running.filter(due_at__lt=now)), due_at__lt=now)
    tomorrow = _midnight(timezone.localdate(now) + timedelta(days=1))
    return Q(Exists(running.filter(due_at__gte=now, due_at__lt=tomorrow)), due_at__lt=tomorrow)


def _unread(value: str, by: Actor) -> Q:
    return ~Q(
        Exists(Read.objects.filter(subject_id=OuterRef("pk"), actor_id=by.id, at__gte=OuterRef("last_at")))
    )


def _tagged(value: str, by: Actor) -> Q:
    return Q(Exists(Tagging.objects.filter(case=OuterRef("pk"), tag__code=value)))


def _since(value: str, by: Actor) -> Q:
    return Q(received_at__gte=_midnight(date.fromisoformat(value)))


def _until(value: str, by: Actor) -> Q:
    return Q(received_at__lt=_midnight(date.fromisoformat(value) + timedelta(days=1)))


NARROWINGS: dict[str, Narrowing] = {
    "state": Narrowing(_("State"), lambda value, by: Q(state=value), STATES, of_open=True),
    "due": Narrowing(_("Due"), _due, DUE, of_open=True),
    "unread": Narrowing(_("Reading"), _unread, UNREAD),
    "type": Narrowing(_("Type"), _row("type", Type, "code"), rows=(Type, "code")),
    "line": Narrowing(_("Business line"), _row("line", Line, "code"), rows=(Line, "code")),
    "tag": Narrowing(_("Tag"), _tagged, rows=(Tag, "code")),
    "owner": Narrowing(_("Owner"), _row("owner", Person, "username"), rows=(Person, "username")),
    "unit": Narrowing(_("Unit"), _row("unit", Unit, "code"), rows=(Unit, "code")),
    "language": Narrowing(_("Language"), lambda value, by: Q(conversation__language=value), LANGUAGES),
    "channel": Narrowing(_("Channel"), lambda value, by: Q(channel=value), CHANNELS),
    "since": Narrowing(_("Received from"), _since),
    "until": Narrowing(_("Received until"), _until),
}
ASKED = ("show", "sort", *NARROWINGS)


def given(query: Mapping[str, str], *, settled: bool = False) -> dict[str, str]:
    """What the address narrows down by. Raises BadRequest for a value that cannot be."""
    found = {name: query[name] for name in NARROWINGS if query.get(name)}
    for name, value in found.items():
        if not NARROWINGS[name].fits(value):
            raise BadRequest(f"{name} cannot be {value[:VALUE_CHARACTERS_MAX]}")
    return {name: value for name, value in found.items() if not (settled and NARROWINGS[name].of_open)}


def known(query: Mapping[str, str]) -> bool:
    """Whether all it narrows down by still is something: a view may be older than this release."""
    return all(one.fits(query[name]) for name, one in NARROWINGS.items() if query.get(name))


def condition(values: Mapping[str, str], by: Actor) -> Q:
    return reduce(and_, (NARROWINGS[name].condition(value, by) for name, value in values.items()), Q())


def asked(query: Mapping[str, str]) -> str:
    """The tab, the order and what narrows down, always written alike: what a saved view keeps."""
    return urlencode({name: query[name] for name in ASKED if query.get(name)})


def chips(query: Mapping[str, str], values: Mapping[str, str]) -> Iterator[Chip]:
    for name, value in values.items():
        rest = {key: text for key, text in query.items() if key != name}
        yield Chip(NARROWINGS[name].label, NARROWINGS[name].words(value), asked(rest))


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value) < date.max
    except ValueError:
        return False


def _midnight(day: date) -> datetime:
    """The moment the day begins on the reader's clock."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
