"""What the operators of the search mean for a row of it."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case
from plainspoken.channels.models import Mailbox
from plainspoken.conversations.models import Attachment, Message
from plainspoken.customers import contact
from plainspoken.customers.models import ContactPoint
from plainspoken.desk.asking import Condition
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.kernel.language import CHINESE, ENGLISH
from plainspoken.organization.models import Person, Unit

DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
NUMBER = re.compile(r"[A-Z]{1,3}-\d{4}-\d{1,9}")
MYSELF = ("me", "我", "我自己")
FILES = ("file", "files", "attachment", "附件", "文件")


class Wrong(Exception):
    """The value of an operator cannot be understood; `said` tells what it may be."""

    def __init__(self, condition: Condition, said: Text) -> None:
        super().__init__(condition.name)
        self.condition = condition
        self.said = said


def of(condition: Condition, by: Actor) -> Q:
    """The condition as one of a search row. Raises Wrong."""
    means = MEANINGS[condition.name](condition, by)
    return ~means if condition.without else means


def _message(*conditions: Q) -> Q:
    return Q(Exists(Message.objects.filter(*conditions, pk=OuterRef("pk"))))


def _case(**columns: object) -> Q:
    return Q(Exists(Case.objects.filter(conversation=OuterRef("parent_id"), **columns)))


def _from(condition: Condition, by: Actor) -> Q:
    who = condition.value
    named = Q(from_name__icontains=who) | Q(contact_point__customer__name__icontains=who)
    written = Q(author__name_zh__icontains=who) | Q(author__name_en__icontains=who)
    return _message(named | written | _at("contact_point", who))


def _to(condition: Condition, by: Actor) -> Q:
    who = condition.value
    named = Q(outgoing__to__customer__name__icontains=who) | _at("outgoing__to", who)
    return _message(named | Q(kind=Message.Kind.IN, conversation__mailbox__address__icontains=who))


def _at(point: str, who: str) -> Q:
    """A whole address by its blind index, a masked one as the lists show it."""
    if "*" in who:
        return Q(**{f"{point}__masked": who})
    kind = ContactPoint.Kind.EMAIL
    return Q(**{f"{point}__index": contact.index(kind, who)}) if "@" in who else Q()


def _subject(condition: Condition, by: Actor) -> Q:
    words = condition.value
    return _message(Q(subject__icontains=words) | Q(conversation__subject__icontains=words))


def _number(condition: Condition, by: Actor) -> Q:
    number = condition.value.upper()
    if not NUMBER.fullmatch(number):
        raise Wrong(condition, _("A case number looks like Q-2026-000123."))
    return Q(parent_id__in=Case.objects.filter(number=number).values("conversation"))


def _state(condition: Condition, by: Actor) -> Q:
    return _case(state=_chosen(condition, INQUIRY.choices))


def _kind(condition: Condition, by: Actor) -> Q:
    return _message(Q(kind=_chosen(condition, Message.Kind.choices)))


def _chosen(condition: Condition, choices: Iterable[tuple[str, Text]]) -> str:
    """By its code or its name in either language."""
    wanted = condition.value.lower()
    for code, label in choices:
        names = {code}
        for spoken in (CHINESE, ENGLISH):
            with override(spoken):
                names.add(str(label).lower())
        if wanted in names:
            return code
    raise Wrong(condition, _("There is no such choice. The list beside the field shows them all."))


def _unit(condition: Condition, by: Actor) -> Q:
    name = condition.value
    units = Unit.objects.filter(Q(code=name) | Q(name_zh__iexact=name) | Q(name_en__iexact=name))
    keys = list(units.values_list("pk", flat=True))
    if not keys:
        raise Wrong(condition, _("There is no unit of this name."))
    return Q(units__overlap=keys)


def _owner(condition: Condition, by: Actor) -> Q:
    name = condition.value
    if name.lower() in MYSELF:
        return _case(owner=by.id)
    people = Person.objects.filter(Q(username=name) | Q(name_zh__iexact=name) | Q(name_en__iexact=name))
    keys = list(people.values_list("pk", flat=True))
    if not keys:
        raise Wrong(condition, _("There is no colleague of this name. Write me for yourself."))
    return _case(owner__in=keys)


def _channel(condition: Condition, by: Actor) -> Q:
    mailbox = Mailbox.objects.filter(address__iexact=condition.value).first()
    if mailbox is None:
        raise Wrong(condition, _("We have no such mailbox."))
    return _message(Q(conversation__mailbox=mailbox))


def _after(condition: Condition, by: Actor) -> Q:
    return Q(at__gte=_day(condition))


def _before(condition: Condition, by: Actor) -> Q:
    return Q(at__lt=_day(condition))


def _day(condition: Condition) -> datetime:
    """The first moment of the day, where the reader is."""
    try:
        written = DAY.fullmatch(condition.value)
        return timezone.make_aware(datetime(*map(int, written.groups()))) if written else _no_day(condition)  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return _no_day(condition)


def _no_day(condition: Condition) -> datetime:
    raise Wrong(condition, _("A day looks like 2026-03-31."))


def _has(condition: Condition, by: Actor) -> Q:
    if condition.value.lower() not in FILES:
        raise Wrong(condition, _("Only has:file can be asked for."))
    return Q(Exists(Attachment.objects.filter(message=OuterRef("pk"))))


MEANINGS: dict[str, Callable[[Condition, Actor], Q]] = {
    "from": _from,
    "to": _to,
    "subject": _subject,
    "number": _number,
    "state": _state,
    "kind": _kind,
    "unit": _unit,
    "owner": _owner,
    "channel": _channel,
    "after": _after,
    "before": _before,
    "has": _has,
}
