"""Tags that every template has (settings lists this module among the builtins)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.utils.html import format_html
from django.utils.safestring import SafeString

from plainspoken.kernel.errors import Text
from plainspoken.kernel.machine import Machine
from plainspoken.ui import assets, forms, moments
from plainspoken.ui.tables import Sorting

register = template.Library()

HUES = 8


@register.simple_tag
def asset(name: str) -> str:
    return assets.url(name)


@register.simple_tag
def icon(name: str, label: Text = "") -> SafeString:
    """An icon of frontend/icons.txt; with a label it speaks, without one it is decoration."""
    if label:
        spoken = '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>'
        return format_html(spoken, label, assets.url("icons.svg"), name)
    return _decoration(name)


@lru_cache(1_000)
def _decoration(name: str) -> SafeString:
    address = f"{assets.url('icons.svg')}#{name}"
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def when(moment: datetime, style: str = "short", zone: str = "") -> SafeString:
    """A moment on the reader's clock, or on that of `zone`; style is short, long or exact."""
    place = ZoneInfo(zone) if zone else None
    words = {"short": moments.short, "long": moments.long, "exact": moments.exact}[style](moment, place)
    return _time(moment, words, moments.exact(moment, place))


@register.simple_tag
def since(moment: datetime) -> SafeString:
    """`5 min ago`, kept true by the browser."""
    clock = _time(moment, moments.since(moment), moments.exact(moment))
    return format_html("<ps-time>{}</ps-time>", clock)


@register.simple_tag
def due(moment: datetime) -> SafeString:
    """What is left of a promise, red when it is broken."""
    words, tone = moments.due(moment)
    clock = _time(moment, words, moments.exact(moment))
    return format_html('<span class="due due-{}">{}{}</span>', tone, icon("clock"), clock)


@register.simple_tag
def state_badge(machine: Machine, state: str, tone: str = "") -> SafeString:
    """A state's label; the tone is new, active or done by the machine's table unless it is given."""
    return badge(machine.label(state), tone or _tone(machine, state))


@register.simple_tag
def badge(label: Text, tone: str = "quiet") -> SafeString:
    """Tones: quiet, new, active, waiting, done, soon, late."""
    return format_html('<span class="tone tone-{}">{}</span>', tone, label)


@register.simple_tag
def person(name: str, size: str = "") -> SafeString:
    """A small round with initials, then the name; `size` may be `large`."""
    face = avatar(name, size)
    return format_html('<span class="person">{}<span class="person-name">{}</span></span>', face, name)


@register.simple_tag
@lru_cache(4_000)
def avatar(name: str, size: str = "") -> SafeString:
    hue, extra = crc32(name.encode()) % HUES, f" face-{size}" if size else ""
    return format_html('<span class="face hue-{}{}" aria-hidden="true">{}</span>', hue, extra, initials(name))


@register.inclusion_tag("ui/_masked.html")
def masked(shown: str, reveal_url: str = "") -> dict[str, str]:
    """A value that is already masked, with the door to the whole one where the reader may open it."""
    return {"shown": shown, "reveal_url": reveal_url}


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Label, input, help and errors of one form field."""
    return bound.as_field_group()


@register.filter
def widget(bound: BoundField) -> SafeString:
    return forms.draw_widget(bound)


@register.filter
def choices(bound: BoundField) -> list[BoundWidget]:
    return forms.draw_choices(bound)


@register.filter
def is_checkbox(bound: BoundField) -> bool:
    return forms.is_checkbox(bound)


@register.inclusion_tag("ui/_sort_header.html", takes_context=True)
def sort_header(context: Mapping[str, Any], sorting: Sorting, column: str, label: Text) -> dict[str, Any]:
    """A column's `th`: a link that sorts by it, or turns the order round when it already does."""
    current = sorting.column == column
    flip = current and not sorting.descending
    return {
        "request": context["request"],
        "label": label,
        "sort": f"-{column}" if flip else column,
        "direction": ("descending" if sorting.descending else "ascending") if current else "none",
    }


def initials(name: str) -> str:
    """One sign for a Chinese name, the first letters of first and last word for others."""
    words = name.split()
    if not words:
        return "?"
    if not words[0][0].isascii():
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def _time(moment: datetime, words: str, title: str) -> SafeString:
    stamp = moment.astimezone(UTC).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, title, words)


def _tone(machine: Machine, state: str) -> str:
    if state == machine.initial:
        return "new"
    return "active" if machine.states[state].open else "done"
