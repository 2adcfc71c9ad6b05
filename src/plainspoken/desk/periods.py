"""The days a reader asks about: this month unless others are chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import clock
from plainspoken.kernel.errors import Text

DAYS_MAX = 731


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` to `until`, both included."""

    since: date
    until: date


def today() -> date:
    """The date on the reader's wall."""
    return timezone.localtime(clock.now()).date()


def midnight() -> datetime:
    """When the day on the reader's wall ends."""
    return datetime.combine(today() + timedelta(days=1), time(), timezone.get_current_timezone())


def last_days(days: int) -> Period:
    return Period(today() - timedelta(days=days - 1), today())


def this_month() -> Period:
    return Period(today().replace(day=1), today())


def last_month() -> Period:
    end = today().replace(day=1) - timedelta(days=1)
    return Period(end.replace(day=1), end)


def this_week() -> Period:
    return Period(monday(today()), today())


def this_quarter() -> Period:
    now = today()
    return Period(date(now.year, (now.month - 1) // 3 * 3 + 1, 1), now)


def this_year() -> Period:
    return Period(date(today().year, 1, 1), today())


def weeks(count: int) -> list[Period]:
    """The last weeks, Monday to Sunday, the current one last."""
    first = monday(today()) - timedelta(weeks=count - 1)
    starts = [first + timedelta(weeks=number) for number in range(count)]
    return [Period(start, start + timedelta(days=6)) for start in starts]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


QUICK: list[tuple[Text, Callable[[], Period]]] = [
    (_("This month"), this_month),
    (_("Last month"), last_month),
    (_("This week"), this_week),
    (_("Last 30 days"), lambda: last_days(30)),
    (_("This quarter"), this_quarter),
    (_("This year"), this_year),
]
