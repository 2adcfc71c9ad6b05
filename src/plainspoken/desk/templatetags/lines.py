"""The lines of the list of cases: fifty on nearly every page, written here because a template takes much longer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from plainspoken.desk import places, words
from plainspoken.desk.queries.lines import Line, Mark
from plainspoken.desk.templatetags import desk
from plainspoken.ui.templatetags import ui

register = template.Library()

TAGS_SHOWN = 2
BOX = (
    '<input class="row-check" type="checkbox" name="case" value="{pk}" form="many"'
    ' aria-label="{label}"{checked}>'
)
LINE = (
    '<li{picked}>{box}<a id="row-{pk}" class="row-link{unread}" data-row href="{address}"{swapped}{current}>'
    '<span class="row-who">{customer}</span><span class="row-when">{when}</span>'
    '<span class="row-what">{subject}</span><span class="row-number">{number}</span>'
    '<span class="row-marks">{state}<span class="row-text">{snippet}</span>{tags}{due}{owner}</span></a></li>\n'
)
SWAPPED = ' hx-get="{}" hx-target="#pane-main" hx-push-url="true"'
OWNER = '<span title="{}">{}</span>'
TAG = '<span class="tag tag-{}" title="{}">{}</span>\n'


@dataclass(frozen=True, slots=True)
class _Beside:
    """What all lines of a page have alike: their addresses, the open case, whether they can be picked."""

    before: str
    after: str
    opened: UUID | None
    swapped: bool
    picked: bool
    checked: bool


@register.simple_tag(takes_context=True)
def case_lines(context: Mapping[str, Any]) -> SafeString:
    """The list that the context calls `inbox`, beside the case that is open."""
    request, screen = context["request"], context.get("screen")
    before, after = places.around(request, "desk.case")
    picked = bool(desk.many_verbs(context))
    beside = _Beside(before, after, _opened(screen), bool(screen), picked, "all" in request.GET)
    return mark_safe("".join(_line(row, beside) for row in context["inbox"].page.rows))  # noqa: S308


def _opened(screen: Any) -> UUID | None:
    """The case of a screen, or the one that a list alone is told of."""
    if isinstance(screen, Mapping):
        key: UUID | None = screen["case"]["pk"]
        return key
    return screen.case.pk if screen and screen.case else None


def _line(row: Line, beside: _Beside) -> str:
    address = escape(f"{beside.before}{row.pk}{beside.after}")
    return LINE.format(
        pk=row.pk,
        picked=' class="row-pick"' if beside.picked else "",
        box=_box(row, beside) if beside.picked else "",
        unread=" is-unread" if row.unread else "",
        address=address,
        swapped=SWAPPED.format(address) if beside.swapped else "",
        current=' aria-current="true"' if row.pk == beside.opened else "",
        customer=escape(row.customer),
        when=ui.when(row.last_at),
        subject=escape(row.subject or row.snippet),
        number=escape(row.number),
        state=desk.case_state(row.state),
        snippet=escape(row.snippet),
        tags=_tags(row.tags) if row.tags else "",
        due=ui.due(row.due) if row.due else "",
        owner=OWNER.format(escape(row.owner), ui.avatar(row.owner)) if row.owner else "",
    )


def _box(row: Line, beside: _Beside) -> str:
    label = _("Select %(number)s") % {"number": row.number}
    return BOX.format(pk=row.pk, label=escape(label), checked=" checked" if beside.checked else "")


def _tags(tags: list[Mark]) -> str:
    shown = [(tag.colour, escape(words.named(tag.name_zh, tag.name_en))) for tag in tags[:TAGS_SHOWN]]
    chips = "".join(TAG.format(escape(colour), name, name) for colour, name in shown)
    more = len(tags) - TAGS_SHOWN
    return chips + (f'<span class="meta">+{more}</span>' if more > 0 else "")
