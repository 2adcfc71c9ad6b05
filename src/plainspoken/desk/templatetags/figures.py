"""Filters for pages of figures."""

from datetime import date

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def day_and_month(day: date) -> str:
    # Translators: Django date format of a day without its year, such as 3 Mar.
    return formats.date_format(day, _("j M"))


@register.filter
def whole_day(day: date) -> str:
    # Translators: Django date format of a day, such as 3 Mar 2026.
    return formats.date_format(day, _("j M Y"))
