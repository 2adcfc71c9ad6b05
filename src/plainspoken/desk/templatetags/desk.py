"""Tags for the desk's templates: names of rows, parts of a derivation, addresses that keep the list."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django import template
from django.forms import BoundField
from django.utils import formats
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case
from plainspoken.conversations.actions.send import ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX
from plainspoken.conversations.models import OUTGOING, Conversation
from plainspoken.desk import many, places, words
from plainspoken.desk.composer import Mode
from plainspoken.kernel import clock
from plainspoken.kernel.errors import Text
from plainspoken.kernel.language import CHINESE
from plainspoken.kernel.text import Segment
from plainspoken.ui.reader import Reader
from plainspoken.ui.templatetags import ui

register = template.Library()

IN_CASE = {"conversations.note.add": "desk.case.note", "conversations.inside.forward": "desk.case.forward"}
TONES = {
    "with_department": "waiting",
    "department_answered": "soon",
    "answered": "done",
    "closed": "quiet",
    "no_inquiry": "quiet",
    "merged": "quiet",
}

register.filter("name", words.name)
register.filter("title_of", words.title)
register.filter("held_reason", words.held_reason)


@register.simple_tag(takes_context=True)
def to(context: Mapping[str, Any], name: str, *keys: UUID | str) -> str:
    """The address of that name, with what the list beside it was asked for."""
    return places.to(context["request"], name, *keys)


@register.simple_tag(takes_context=True)
def many_verbs(context: Mapping[str, Any]) -> list[many.Verb]:
    """What the reader may do to many cases at once."""
    reader: Reader = context["request"].reader
    return [verb for verb in many.VERBS.values() if reader.may(verb.code)]


@register.simple_tag(takes_context=True)
def compose_url(context: Mapping[str, Any], mode: Mode, case: Case | None, conversation: Conversation) -> str:
    """Where what is written in a mode goes."""
    if case is None:
        return places.to(context["request"], mode.code, conversation.pk)
    return places.to(context["request"], IN_CASE.get(mode.code, mode.code), case.pk)


@register.simple_tag(takes_context=True)
def draft_url(context: Mapping[str, Any], case: Case | None, conversation: Conversation) -> str:
    if case is None:
        return places.to(context["request"], "conversations.draft.save", conversation.pk)
    return places.to(context["request"], "desk.draft", case.pk)


@register.simple_tag(takes_context=True)
def scripts_url(context: Mapping[str, Any], case: Case | None, conversation: Conversation) -> str:
    if case is None:
        return places.to(context["request"], "desk.conversation.scripts", conversation.pk)
    return places.to(context["request"], "desk.scripts", case.pk)


@register.simple_tag(takes_context=True)
def earlier_url(
    context: Mapping[str, Any], case: Case | None, conversation: Conversation, message: UUID
) -> str:
    """Where the messages before that one are."""
    if case is None:
        return places.to(context["request"], "desk.conversation.earlier", conversation.pk, message)
    return places.to(context["request"], "desk.case.earlier", case.pk, message)


@register.simple_tag(takes_context=True)
def live_url(context: Mapping[str, Any], case: Case | None, conversation: Conversation) -> str:
    """Where the browser fetches the parts of the conversation that may have changed."""
    if case is None:
        return places.to(context["request"], "desk.live.conversation", conversation.pk)
    return places.to(context["request"], "desk.live.case", case.pk)


@register.simple_tag(takes_context=True)
def here(context: Mapping[str, Any], case: Case | None, conversation: Conversation) -> str:
    """The address of the conversation itself."""
    if case is None:
        return places.to(context["request"], "desk.conversation", conversation.pk)
    return places.to(context["request"], "desk.case", case.pk)


@register.inclusion_tag("desk/_paperclip.html")
def paperclip(field: BoundField) -> dict[str, Any]:
    """The button that attaches files, with what a mail may carry."""
    return {"field": field, "count": ATTACHMENTS_MAX, "bytes": ATTACHMENT_BYTES_MAX}


@register.filter
def marked(parts: Iterable[Segment]) -> SafeString:
    """A text with what was looked for marked in it."""
    written = (f"<mark>{escape(one.text)}</mark>" if one.hit else escape(one.text) for one in parts)
    return mark_safe("".join(written))  # noqa: S308


@register.filter
def may(reader: Reader, permission: str) -> bool:
    return reader.may(permission)


@register.simple_tag
def case_state(state: str) -> SafeString:
    return _case_state(state, get_language())


@lru_cache(100)
def _case_state(state: str, language: str | None) -> SafeString:
    return ui.state_badge(INQUIRY, state, TONES.get(state, ""))


@register.simple_tag
def outgoing_state(state: str) -> Text:
    return OUTGOING.label(state)


@register.filter
def seconds_left(moment: datetime) -> int:
    """Whole seconds until the moment; 0 when it has passed."""
    return max(0, round((moment - clock.now()).total_seconds()))


@register.filter
def day_kind(step: dict[str, str]) -> Text:
    """Why a day of a derivation counts or does not; a holiday by its name."""
    holiday = step["holiday_zh"] if get_language() == CHINESE else step["holiday_en"]
    return holiday or words.DAY_KINDS[step["kind"]]


@register.filter
def short_day(iso: str) -> str:
    # Translators: Django date format of a day with its weekday, such as Tue 3 Mar.
    return formats.date_format(date.fromisoformat(iso), _("D j M"))


@register.filter
def capped(count: int) -> str:
    """What a badge shows of a count that was looked up to 100."""
    return str(count) if count < 100 else "99+"
